import type { MqttClientIdentity } from '../../semantics/event-grid/mqtt-client-identity';
import {
  type BoundGroup,
  isInGroup,
  judgeBindings,
  type Verdict,
} from '../../semantics/event-grid/permission-bindings';
import type { DeclaredClient, NamespaceContents } from './namespace-contents';

/** Whether the client belongs to the group; `undefined` when that is not to be told before deployment. */
export function isMember(client: DeclaredClient, group: BoundGroup): boolean | undefined {
  return isInGroup(identityOf(client), group);
}

/** Judges whether `client` may publish on `topic` by the bindings that are declared. */
export function judgePublish(contents: NamespaceContents, client: DeclaredClient, topic: string): Verdict {
  const bindings = contents.bindings.filter((binding) => binding.permission === 'Publisher');
  const verdict = judgeBindings(bindings, identityOf(client), topic);
  return verdict.kind === 'denied' && contents.partial ? { kind: 'unknown' } : verdict;
}

function identityOf({ authenticationName, attributes }: DeclaredClient): MqttClientIdentity | undefined {
  return authenticationName === undefined || attributes === undefined ? undefined : { authenticationName, attributes };
}

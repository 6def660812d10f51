import type { AzureRegistry, RegisteredClient } from '../../local/azure/registry';
import type { ResolvedTemplate } from '../../local/resolved-template';
import { renderDevice } from '../../presence/lwt-options';
import { type Binding, isInGroup, judgeBindings, type Verdict } from '../../semantics/event-grid/permission-bindings';
import type { CheckRule, Finding } from '../check-rule';
import type { DeclaredWill } from '../declared-will';

/** Everything that the rules for Azure look at: one Event Grid namespace. */
export interface AzureSubject {
  readonly template: ResolvedTemplate;
  readonly registry: AzureRegistry;
  readonly wills: readonly DeclaredWill[];
}

/** A rule for Azure. */
export type AzureRule = CheckRule<AzureSubject>;

/** Bindings that let clients publish. */
export function publisherBindings({ registry }: AzureSubject): readonly Binding[] {
  return registry.bindings.filter(({ permission }) => permission === 'Publisher');
}

/** The clients that may publish at all; only they can leave wills. */
export function publishers(subject: AzureSubject): RegisteredClient[] {
  const bindings = publisherBindings(subject);
  return [...subject.registry.clients.values()].filter(({ identity }) =>
    bindings.some(({ group }) => isInGroup(identity, group) !== false),
  );
}

/** Judges as the broker would whether a client may publish on the topic of a device's will. */
export function judgeWill(
  subject: AzureSubject,
  { identity }: RegisteredClient,
  will: DeclaredWill,
  device: string,
): Verdict {
  return judgeBindings(publisherBindings(subject), identity, renderDevice(will.topic, device));
}

/** A finding at a resource, or at the template as a whole. */
export function at({ template }: AzureSubject, logicalId: string | undefined, message: string): Finding {
  return { template: template.file ?? template.name, logicalId, message };
}

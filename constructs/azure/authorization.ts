import { coversLevels, nearest } from '../../semantics/event-grid/covering';
import { evaluateGroupQuery, explainGroupQuery } from '../../semantics/event-grid/group-query/evaluate';
import type { MqttClientIdentity } from '../../semantics/event-grid/mqtt-client-identity';
import { substituteTemplate, type TopicTemplate } from '../../semantics/event-grid/topic-template';
import type { DeclaredBinding, DeclaredClient, DeclaredGroup, NamespaceContents } from './namespace-contents';

/** Whether a client may publish on a topic: proved, disproved, or not to be told before deployment. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'denied'; readonly nearest: string };

/** The client's identity, when all of it is known before deployment. */
function identityOf(client: DeclaredClient): MqttClientIdentity | undefined {
  const { authenticationName, attributes } = client;
  return authenticationName === undefined || attributes === undefined ? undefined : { authenticationName, attributes };
}

/** Whether the client belongs to the group; `undefined` when that is not to be told before deployment. */
export function isMember(client: DeclaredClient, group: DeclaredGroup): boolean | undefined {
  if (group.query === 'everyClient') return true;
  const identity = identityOf(client);
  if (group.query === undefined || identity === undefined) return undefined;
  return evaluateGroupQuery(group.query, identity);
}

/** Judges whether `client` may publish on `topic` by the bindings that are declared. */
export function judgePublish(contents: NamespaceContents, client: DeclaredClient, topic: string): Verdict {
  const bindings = contents.bindings.filter((binding) => binding.permission === 'Publisher');
  const verdicts = bindings.map((binding) => judgeBinding(binding, client, topic));
  if (verdicts.includes(true)) return { kind: 'allowed' };
  if (verdicts.includes(undefined) || contents.partial) return { kind: 'unknown' };
  return { kind: 'denied', nearest: describeNearest(bindings, client, topic) };
}

function judgeBinding(binding: DeclaredBinding, client: DeclaredClient, topic: string): boolean | undefined {
  const member = isMember(client, binding.group);
  if (member === false) return false;
  const answers = (binding.topicSpace.templates ?? [undefined]).map((template) => matches(template, client, topic));
  if (answers.includes(true)) return member;
  return answers.includes(undefined) ? undefined : false;
}

function matches(template: TopicTemplate | undefined, client: DeclaredClient, topic: string): boolean | undefined {
  const identity = identityOf(client);
  if (template === undefined || identity === undefined) return undefined;
  const levels = topic.split('/');
  return substituteTemplate(template, identity).some((filter) => coversLevels(filter.split('/'), levels));
}

function describeNearest(bindings: readonly DeclaredBinding[], client: DeclaredClient, topic: string): string {
  const identity = identityOf(client);
  if (identity === undefined || bindings.length === 0) return 'there is no Publisher binding at all';
  const candidates = bindings.flatMap((binding) =>
    (binding.topicSpace.templates ?? []).flatMap((template) => (template === undefined ? [] : [{ binding, template }])),
  );
  const best = nearest(topic, candidates, ({ template }) => [...substituteTemplate(template, identity), template.text]);
  return best === undefined ? 'no Publisher binding has a topic template' : describe(best, client, identity);
}

function describe(
  { binding, template }: { binding: DeclaredBinding; template: TopicTemplate },
  client: DeclaredClient,
  identity: MqttClientIdentity,
): string {
  const where = `nearest is binding '${binding.name}': group '${binding.group.name}' on topic space '${binding.topicSpace.name}', template '${template.text}'`;
  if (isMember(client, binding.group) === false && typeof binding.group.query === 'object') {
    return `${where}, but the client is not in that group: ${explainGroupQuery(binding.group.query, identity)}`;
  }
  const filters = substituteTemplate(template, identity);
  return filters.length === 0
    ? `${where}, which stands for no topic for this client: an attribute is absent or a value holds /, + or #`
    : `${where}, for this client '${filters.join("', '")}'`;
}

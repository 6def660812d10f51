import { coversLevels, nearest } from './covering';
import { evaluateGroupQuery, explainGroupQuery } from './group-query/evaluate';
import type { GroupQuery } from './group-query/syntax';
import type { MqttClientIdentity } from './mqtt-client-identity';
import { substituteTemplate, type TopicTemplate } from './topic-template';

/** What a binding allows. */
export type BoundPermission = 'Publisher' | 'Subscriber';

/** A client group; `query` is `undefined` when it is not known. */
export interface BoundGroup {
  readonly name: string;
  readonly query: GroupQuery | 'everyClient' | undefined;
}

/** A topic space; it, or a template in it, is `undefined` where it is not known. */
export interface BoundTopicSpace {
  readonly name: string;
  readonly templates: readonly (TopicTemplate | undefined)[] | undefined;
}

/** A permission binding. @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control */
export interface Binding {
  readonly name: string;
  readonly group: BoundGroup;
  readonly topicSpace: BoundTopicSpace;
  readonly permission: BoundPermission;
}

/** Whether a client may: proved, disproved, or not to be told from what is known. */
export type Verdict =
  | { readonly kind: 'allowed' /** The first binding that allows it. */; readonly binding: Binding }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'denied';
      /** Which binding came nearest and why it does not help, in words. */
      readonly nearest: string;
      /** The template that came nearest, as it was written. */
      readonly template?: string;
    };

/** Whether a client belongs to a group; `undefined` when that is not to be told from what is known. */
export function isInGroup(client: MqttClientIdentity | undefined, group: BoundGroup): boolean | undefined {
  if (group.query === 'everyClient') return true;
  return group.query === undefined || client === undefined ? undefined : evaluateGroupQuery(group.query, client);
}

/**
 * Judges whether a client may publish on a topic, or subscribe to a filter.
 * @param bindings all bindings that give the permission in question
 */
export function judgeBindings(
  bindings: readonly Binding[],
  client: MqttClientIdentity | undefined,
  filter: string,
): Verdict {
  const verdicts = bindings.map((binding) => judgeBinding(binding, client, filter));
  const allowing = bindings[verdicts.indexOf(true)];
  if (allowing !== undefined) return { kind: 'allowed', binding: allowing };
  if (verdicts.includes(undefined)) return { kind: 'unknown' };
  return { kind: 'denied', ...describeNearest(bindings, client, filter) };
}

function judgeBinding(binding: Binding, client: MqttClientIdentity | undefined, filter: string): boolean | undefined {
  const member = isInGroup(client, binding.group);
  if (member === false) return false;
  const answers = (binding.topicSpace.templates ?? [undefined]).map((template) => matches(template, client, filter));
  if (answers.includes(true)) return member;
  return answers.includes(undefined) ? undefined : false;
}

function matches(
  template: TopicTemplate | undefined,
  client: MqttClientIdentity | undefined,
  filter: string,
): boolean | undefined {
  if (template === undefined || client === undefined) return undefined;
  const levels = filter.split('/');
  return substituteTemplate(template, client).some((spelling) => coversLevels(spelling.split('/'), levels));
}

interface Candidate {
  readonly binding: Binding;
  readonly template: TopicTemplate;
}

function describeNearest(
  bindings: readonly Binding[],
  client: MqttClientIdentity | undefined,
  filter: string,
): { readonly nearest: string; readonly template?: string } {
  const [first] = bindings;
  if (first === undefined || client === undefined) return { nearest: 'there is no such binding at all' };
  const candidates = bindings.flatMap((binding): Candidate[] =>
    (binding.topicSpace.templates ?? []).flatMap((template) => (template === undefined ? [] : [{ binding, template }])),
  );
  const best = nearest(filter, candidates, ({ template }) => [...substituteTemplate(template, client), template.text]);
  if (best === undefined) return { nearest: `no topic space with such a binding has a topic template` };
  return { nearest: describe(best, client), template: best.template.text };
}

function describe({ binding, template }: Candidate, client: MqttClientIdentity): string {
  const { group, topicSpace } = binding;
  const where = `nearest is binding '${binding.name}': group '${group.name}' on topic space '${topicSpace.name}', template '${template.text}'`;
  if (isInGroup(client, group) === false && typeof group.query === 'object') {
    return `${where}, but the client is not in that group: ${explainGroupQuery(group.query, client)}`;
  }
  const filters = substituteTemplate(template, client);
  return filters.length === 0
    ? `${where}, which stands for no topic for this client: an attribute is absent or a value holds /, + or #`
    : `${where}, for this client '${filters.join("', '")}'`;
}

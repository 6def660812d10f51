import { LastwillError, mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import { topicFilterProblem } from '../../presence/topic';
import type { MqttClientIdentity } from './mqtt-client-identity';

/** A piece of one segment of a topic template. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'authenticationName'; readonly suffix: string }
  | { readonly kind: 'attribute'; readonly key: string; readonly suffix: string };

/**
 * A topic template: a topic filter that may hold `${client.authenticationName}` and `${client.attributes.KEY}`, each
 * optionally followed by `|` and literal text inside the braces.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces
 */
export interface TopicTemplate {
  /** As the user wrote it. */
  readonly text: string;
  readonly parts: readonly TemplatePart[];
}

const VARIABLES = '${client.authenticationName} and ${client.attributes.KEY}';
const VARIABLE = /^client\.(?:(authenticationName)|attributes\.([A-Za-z0-9_]+))(?:\|([^/+#{}]*))?$/;

/**
 * Reads a topic template.
 * @throws LastwillError QUERY_INVALID when Event Grid would refuse it.
 */
export function parseTopicTemplate(text: string): TopicTemplate {
  const read = readTemplate(text);
  if (typeof read === 'string') throw new LastwillError('QUERY_INVALID', mustBe('topic template', read, text));
  return read;
}

/** Why `text` is not a topic template, worded to follow "must be"; `undefined` when it is one. */
export function topicTemplateProblem(text: string): string | undefined {
  const read = readTemplate(text);
  return typeof read === 'string' ? read : undefined;
}

/** The keys of the client attributes that a template needs. */
export function attributeKeys(template: TopicTemplate): string[] {
  return template.parts.flatMap((part) => (part.kind === 'attribute' ? [part.key] : []));
}

/** True when each client has a topic of its own under this template. */
export function namesTheClient(template: TopicTemplate): boolean {
  return template.parts.some((part) => part.kind === 'authenticationName');
}

/**
 * The topic filters that a template stands for, for one client. Empty when it stands for none: the client lacks the
 * attribute, or the value would span segments. A list attribute gives one filter per element.
 *
 * What Event Grid does with values that hold `/`, `+` or `#` is not documented; matching nothing is the safe reading.
 */
export function substituteTemplate(template: TopicTemplate, client: MqttClientIdentity): string[] {
  return template.parts.reduce<string[]>(
    (filters, part) => filters.flatMap((filter) => partValues(part, client).map((value) => filter + value)),
    [''],
  );
}

function partValues(part: TemplatePart, client: MqttClientIdentity): string[] {
  if (part.kind === 'text') return [part.text];
  const value = part.kind === 'authenticationName' ? client.authenticationName : ownAttribute(client, part.key);
  if (value === undefined) return [];
  const values = Array.isArray(value) ? value : [String(value)];
  return values.filter((candidate) => !/[/+#]/.test(candidate)).map((candidate) => candidate + part.suffix);
}

function ownAttribute(client: MqttClientIdentity, key: string): MqttClientIdentity['attributes'][string] | undefined {
  return Object.hasOwn(client.attributes, key) ? client.attributes[key] : undefined;
}

function readTemplate(text: string): TopicTemplate | string {
  if (text.includes('$${')) return 'written as Event Grid spells it, with ${ instead of $${ (it is escaped for you)';
  const parts = splitParts(text);
  if (typeof parts === 'string') return parts;
  const shape = parts.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  const problem = shapeProblem(shape, text);
  return problem ?? { text, parts };
}

function shapeProblem(shape: string, text: string): string | undefined {
  if (shape.startsWith('$')) return 'a filter that does not start with $, which Event Grid reserves';
  const { maximumBytes, maximumLevels } = EVENT_GRID_LIMITS.topic;
  if (Buffer.byteLength(text) > maximumBytes) return `at most ${maximumBytes} bytes long`;
  return topicFilterProblem(shape, { maximumBytes, maximumLevels });
}

function splitParts(text: string): TemplatePart[] | string {
  const parts: TemplatePart[] = [];
  let rest = text;
  while (rest !== '') {
    const start = rest.indexOf('${');
    if (start === -1) return [...parts, { kind: 'text', text: rest }];
    if (start > 0) parts.push({ kind: 'text', text: rest.slice(0, start) });
    const end = rest.indexOf('}', start);
    if (end === -1) return 'a filter in which every ${ is closed by }';
    const variable = readVariable(rest.slice(start + 2, end));
    if (typeof variable === 'string') return variable;
    parts.push(variable);
    rest = rest.slice(end + 1);
  }
  return parts;
}

function readVariable(inside: string): TemplatePart | string {
  const match = VARIABLE.exec(inside);
  if (match === null) return unknownVariable(inside);
  const [, name, key, suffix = ''] = match;
  if (name !== undefined) return { kind: 'authenticationName', suffix };
  return { kind: 'attribute', key: key as string, suffix };
}

function unknownVariable(inside: string): string {
  const fix = /^(client|principal)\.name\b/.test(inside) ? ', such as ${client.authenticationName}' : '';
  return `free of variables other than ${VARIABLES}${fix}`;
}

import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { type CompiledStatement, compileStatement, MessageContext } from '../../semantics/iot-sql';
import { childrenOf, type Expression } from '../../semantics/iot-sql/ast';

/** Stands for any text of one level. */
const ANY = '\u0000';
/** Stands for any text, of several levels too. */
const ANY_LEVELS = '\u0001';

/**
 * The topic of a republish as far as it is known before a message comes: what substitution templates stand for is left
 * open, but for those that take it from the topic that the rule listens on.
 */
export function republishedTopic(template: string, fromFilter: string): string {
  const topic = template.replace(/^\$\$/, '$').replace(/\$\{\s*([^}]*?)\s*\}/g, (_, expression: string) => {
    if (/^topic\(\s*\)$/i.test(expression)) return openFilter(fromFilter);
    const level = /^topic\(\s*(\d+)\s*\)$/i.exec(expression)?.[1];
    return level === undefined ? ANY : levelOf(fromFilter, Number(level));
  });
  return topic;
}

/** Whether the whole topic is known. */
export function isKnownTopic(topic: string): boolean {
  return !topic.includes(ANY) && !topic.includes(ANY_LEVELS);
}

/** Whether a filter may match what a topic becomes; what is open may be any one level, or text within it. */
export function mayMatch(filter: string, topic: string): boolean {
  const filterLevels = filter.split('/');
  const topicLevels = topic.split('/');
  if (topic.startsWith('$') && (filterLevels[0] === '+' || filterLevels[0] === '#')) return false;
  for (const [index, level] of filterLevels.entries()) {
    const other = topicLevels[index];
    if (other?.includes(ANY_LEVELS) === true) return true;
    if (level === '#') return index < topicLevels.length;
    if (other === undefined) return false;
    if (level !== '+' && level !== other && !mayBe(other, level)) return false;
  }
  return filterLevels.length === topicLevels.length;
}

/**
 * Whether a statement's WHERE demands of the topic alone what this topic does not fulfil, whatever the payload is.
 * @param topic a topic that is known as a whole
 */
export function excludesTopic({ statement, version }: CompiledStatement, topic: string): boolean {
  const demands = statement.where === undefined ? [] : conjunctsOf(statement.where).filter(isAboutTopic);
  return demands.some(({ at }) => {
    const where = statement.text.slice(at.start, at.end);
    const message = { topic, payload: Buffer.from('{}'), accountId: '', ...SURROUNDINGS() };
    const result = compileStatement(`SELECT * FROM 'x' WHERE ${where}`, { version }).evaluate(
      new MessageContext(message),
    );
    return !(result instanceof Promise) && result.outcome === 'notMatched';
  });
}

const SURROUNDINGS = () => ({ clock: new ManualClock(), randomness: seededRandomness(1) });

function openFilter(filter: string): string {
  return filter
    .split('/')
    .map((level) => (level === '+' ? ANY : level === '#' ? ANY_LEVELS : level))
    .join('/');
}

function levelOf(filter: string, number: number): string {
  const levels = filter.split('/');
  const level = levels[number - 1];
  return level === undefined || level === '+' || level === '#' ? ANY : level;
}

/** Whether a level with open parts may become this text. */
function mayBe(level: string, text: string): boolean {
  if (!level.includes(ANY)) return false;
  const [start = '', ...rest] = level.split(ANY);
  const end = rest[rest.length - 1] ?? '';
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

function conjunctsOf(expression: Expression): Expression[] {
  return expression.kind === 'binary' && expression.operator === 'AND'
    ? [...conjunctsOf(expression.left), ...conjunctsOf(expression.right)]
    : [expression];
}

/** Whether an expression asks for the topic and for nothing else that messages differ in. */
function isAboutTopic(expression: Expression): boolean {
  const all = withDescendants(expression);
  const asksTopic = all.some((one) => one.kind === 'call' && one.name.toLowerCase() === 'topic');
  return asksTopic && all.every((one) => FIXED_KINDS.includes(one.kind) && (one.kind !== 'call' || isFixed(one.name)));
}

const FIXED_KINDS: readonly Expression['kind'][] = [
  'string',
  'number',
  'boolean',
  'null',
  'call',
  'not',
  'negate',
  'binary',
  'array',
];
/** Functions of their arguments alone, and the topic. */
const FIXED_FUNCTIONS = [
  'topic',
  'startswith',
  'endswith',
  'indexof',
  'lower',
  'upper',
  'length',
  'regexp_matches',
  'regexp_substr',
  'concat',
  'substring',
  'replace',
];

function isFixed(name: string): boolean {
  return FIXED_FUNCTIONS.includes(name.toLowerCase());
}

function withDescendants(expression: Expression): Expression[] {
  return [expression, ...childrenOf(expression).flatMap(withDescendants)];
}

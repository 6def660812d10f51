import { isJsonObject, type JsonObject, own } from '../json-value';
import type { CloudEvent } from './cloud-event';

/**
 * Whether an event subscription lets an event through.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/event-filtering
 */
export function passesFilter(event: CloudEvent, filter: JsonObject): boolean {
  return filterProblem(event, filter) === undefined;
}

/** Why an event subscription does not let an event through, in words that follow its name; `undefined` when it does. */
export function filterProblem(event: CloudEvent, filter: JsonObject): string | undefined {
  return typeProblem(event, filter) ?? subjectProblem(event, filter) ?? advancedProblem(event, filter);
}

function typeProblem({ type }: CloudEvent, filter: JsonObject): string | undefined {
  const types = own(filter, 'includedEventTypes');
  if (!Array.isArray(types) || types.length === 0) return undefined;
  const included = types.some((one) => typeof one === 'string' && one.toLowerCase() === type.toLowerCase());
  return included ? undefined : `takes the event types ${types.join(', ')} only, not ${type}`;
}

function subjectProblem(event: CloudEvent, filter: JsonObject): string | undefined {
  const caseSensitive = own(filter, 'isSubjectCaseSensitive') === true;
  const fold = (value: unknown): string => {
    const text = typeof value === 'string' ? value : '';
    return caseSensitive ? text : text.toLowerCase();
  };
  const [begin, end] = [own(filter, 'subjectBeginsWith'), own(filter, 'subjectEndsWith')];
  if (!fold(event.subject).startsWith(fold(begin))) return `takes subjects that begin with '${begin}' only`;
  return fold(event.subject).endsWith(fold(end)) ? undefined : `takes subjects that end with '${end}' only`;
}

function advancedProblem(event: CloudEvent, filter: JsonObject): string | undefined {
  const filters = own(filter, 'advancedFilters');
  const searchesLists = own(filter, 'enableAdvancedFilteringOnArrays') === true;
  if (!Array.isArray(filters)) return undefined;
  const failing: unknown = filters.find(
    (advanced) => !isJsonObject(advanced) || !passesOne(event, advanced, searchesLists),
  );
  if (failing === undefined) return undefined;
  const { operatorType, key } = isJsonObject(failing) ? failing : {};
  return `has an advanced filter (${String(operatorType)} of ${String(key)}) that the event does not meet`;
}

function passesOne(event: CloudEvent, advanced: JsonObject, searchesLists: boolean): boolean {
  const type = String(own(advanced, 'operatorType'));
  const found = valueAt(event, String(own(advanced, 'key')));
  if (type === 'IsNullOrUndefined') return found === undefined || found === null;
  if (type === 'IsNotNull') return found !== undefined && found !== null;
  const negated = NEGATIONS[type];
  const operator = OPERATORS[negated ?? type];
  if (operator === undefined) return false;
  const values = own(advanced, 'values');
  const wanted: readonly unknown[] = Array.isArray(values) ? values : [own(advanced, 'value')];
  const actual = Array.isArray(found) && searchesLists ? found : [found];
  const holds = actual.some((one) => wanted.some((other) => operator(one, other)));
  return negated === undefined ? holds : !holds;
}

/** A value by a key such as `data.status`; keys of the event itself come first. */
function valueAt(event: CloudEvent, key: string): unknown {
  if (Object.hasOwn(event, key)) return event[key];
  return key
    .split('.')
    .reduce<unknown>((object, name) => (isJsonObject(object) ? own(object, name) : undefined), event);
}

const NEGATIONS: Readonly<Record<string, string>> = {
  NumberNotIn: 'NumberIn',
  NumberNotInRange: 'NumberInRange',
  StringNotIn: 'StringIn',
  StringNotBeginsWith: 'StringBeginsWith',
  StringNotEndsWith: 'StringEndsWith',
  StringNotContains: 'StringContains',
};

const OPERATORS: Readonly<Record<string, (actual: unknown, wanted: unknown) => boolean>> = {
  NumberIn: numbers((actual, wanted) => actual === wanted),
  NumberLessThan: numbers((actual, wanted) => actual < wanted),
  NumberLessThanOrEquals: numbers((actual, wanted) => actual <= wanted),
  NumberGreaterThan: numbers((actual, wanted) => actual > wanted),
  NumberGreaterThanOrEquals: numbers((actual, wanted) => actual >= wanted),
  NumberInRange: (actual, range) =>
    Array.isArray(range) && typeof actual === 'number' && actual >= Number(range[0]) && actual <= Number(range[1]),
  BoolEquals: (actual, wanted) => typeof actual === 'boolean' && actual === wanted,
  StringIn: texts((actual, wanted) => actual === wanted),
  StringBeginsWith: texts((actual, wanted) => actual.startsWith(wanted)),
  StringEndsWith: texts((actual, wanted) => actual.endsWith(wanted)),
  StringContains: texts((actual, wanted) => actual.includes(wanted)),
};

function numbers(compare: (actual: number, wanted: number) => boolean): (actual: unknown, wanted: unknown) => boolean {
  return (actual, wanted) => typeof actual === 'number' && typeof wanted === 'number' && compare(actual, wanted);
}

/** Text is compared without its case. */
function texts(compare: (actual: string, wanted: string) => boolean): (actual: unknown, wanted: unknown) => boolean {
  return (actual, wanted) =>
    typeof actual === 'string' && typeof wanted === 'string' && compare(actual.toLowerCase(), wanted.toLowerCase());
}

import { isJsonObject, type JsonObject, own } from '../json-value';
import type { CloudEvent } from './cloud-event';

/**
 * Whether an event subscription lets an event through.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/event-filtering
 */
export function passesFilter(event: CloudEvent, filter: JsonObject): boolean {
  return passesType(event, filter) && passesSubject(event, filter) && passesAdvanced(event, filter);
}

function passesType(event: CloudEvent, filter: JsonObject): boolean {
  const types = own(filter, 'includedEventTypes');
  if (!Array.isArray(types) || types.length === 0) return true;
  return types.some((type) => typeof type === 'string' && type.toLowerCase() === event.type.toLowerCase());
}

function passesSubject(event: CloudEvent, filter: JsonObject): boolean {
  const caseSensitive = own(filter, 'isSubjectCaseSensitive') === true;
  const fold = (value: unknown): string => {
    const text = typeof value === 'string' ? value : '';
    return caseSensitive ? text : text.toLowerCase();
  };
  const subject = fold(event.subject);
  return (
    subject.startsWith(fold(own(filter, 'subjectBeginsWith'))) && subject.endsWith(fold(own(filter, 'subjectEndsWith')))
  );
}

function passesAdvanced(event: CloudEvent, filter: JsonObject): boolean {
  const filters = own(filter, 'advancedFilters');
  const searchesLists = own(filter, 'enableAdvancedFilteringOnArrays') === true;
  if (!Array.isArray(filters)) return true;
  return filters.every((advanced) => isJsonObject(advanced) && passesOne(event, advanced, searchesLists));
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

import { mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';

/** The value of a client attribute: a string, a whole number or a list of strings. */
export type AttributeValue = string | number | readonly string[];

/** Attributes of a client, by key. */
export type ClientAttributes = Readonly<Record<string, AttributeValue>>;

/** What group queries and topic templates see of a client. */
export interface MqttClientIdentity {
  /** As stored with the client resource; topic templates use this spelling, whatever case the client logged in with. */
  readonly authenticationName: string;
  readonly attributes: ClientAttributes;
}

const ATTRIBUTE_KEY = /^[A-Za-z0-9_]+$/;

/**
 * What is wrong with client attributes, each problem worded `<prop> must be <rule>, got <value>`.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients#client-attributes
 */
export function attributeProblems(prop: string, attributes: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (!ATTRIBUTE_KEY.test(key)) {
      problems.push(mustBe(`a key of ${prop}`, 'made of letters, digits and underscores', key));
    }
    if (!isAttributeValue(value)) {
      problems.push(mustBe(`${prop}.${key}`, 'a string, an integer or a list of strings', value));
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(attributes));
  if (bytes >= EVENT_GRID_LIMITS.maximumAttributesBytes) {
    problems.push(
      mustBe(prop, `smaller than ${EVENT_GRID_LIMITS.maximumAttributesBytes} bytes as JSON`, `${bytes} bytes`),
    );
  }
  return problems;
}

/** True for a string, a whole number that is exact, or a list of strings. */
export function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string' || Number.isSafeInteger(value)) return true;
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** An attribute value as a person would write it: `'sensor'`, `3`, `['a', 'b']`. */
export function printAttributeValue(value: AttributeValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value}'`;
  return `[${value.map((element) => `'${element}'`).join(', ')}]`;
}

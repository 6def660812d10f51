import { mustBe } from '../../presence/errors';
import type { JsonValue } from './azapi/azapi-settings';
import { isUnresolved, terraformText } from './terraform-text';

/**
 * What is added to every routed message as a CloudEvents attribute. Keys are 1 to 20 lower-case letters and digits.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-enrichment
 */
export interface RoutingEnrichments {
  /** Fixed text of at most 128 characters, by key. @default - none */
  readonly fixed?: Readonly<Record<string, string>>;
  /**
   * Something of the client or the message, by key: `${client.authenticationName}`, `${client.attributes.KEY}`,
   * `${mqtt.message.topicName}`, `${mqtt.message.responseTopic}`, `${mqtt.message.correlationData}`,
   * `${mqtt.message.pfi}` or `${mqtt.message.userProperties.KEY}`, written as Event Grid spells it. @default - none
   */
  readonly dynamic?: Readonly<Record<string, string>>;
}

const MAXIMUM_VALUE_CHARACTERS = 128;
// The documentation says 10 in one place and 20 in another.
const MAXIMUM_ENRICHMENTS = 20;
const RESERVED = ['id', 'source', 'specversion', 'type', 'datacontenttype', 'dataschema', 'subject', 'time', 'data'];
const DYNAMIC_SOURCE =
  /^\$\{(client\.(authenticationName|attributes\.[A-Za-z0-9_]+)|mqtt\.message\.(topicName|responseTopic|correlationData|pfi|userProperties(\.[^\s{}[\]'.]+|\['[^{}\]']+'\])))\}$/;

/** What is wrong with enrichments, each problem worded `<prop> must be <rule>, got <value>`. */
export function enrichmentProblems(prop: string, enrichments: RoutingEnrichments): string[] {
  const fixed = Object.entries(enrichments.fixed ?? {});
  const dynamic = Object.entries(enrichments.dynamic ?? {});
  const keys = [...fixed, ...dynamic].map(([key]) => key);
  const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...(keys.length > MAXIMUM_ENRICHMENTS
      ? [mustBe(prop, `at most ${MAXIMUM_ENRICHMENTS} keys in all`, keys.length)]
      : []),
    ...repeated.map((key) => mustBe(`a key of ${prop}`, 'either fixed or dynamic', key)),
    ...keys.flatMap((key) => keyProblems(prop, key)),
    ...fixed.flatMap(([key, value]) => fixedProblems(`${prop}.fixed.${key}`, value)),
    ...dynamic.flatMap(([key, value]) => dynamicProblems(`${prop}.dynamic.${key}`, value)),
  ];
}

/** The enrichments as ARM spells them. */
export function renderEnrichments(prop: string, { fixed = {}, dynamic = {} }: RoutingEnrichments): JsonValue {
  return {
    static: Object.entries(fixed).map(([key, value]) => ({
      key,
      valueType: 'String',
      value: terraformText(`${prop}.fixed.${key}`, value),
    })),
    dynamic: Object.entries(dynamic).map(([key, value]) => ({
      key,
      value: terraformText(`${prop}.dynamic.${key}`, value),
    })),
  };
}

function keyProblems(prop: string, key: string): string[] {
  if (!/^[a-z0-9]{1,20}$/.test(key)) return [mustBe(`a key of ${prop}`, '1 to 20 lower-case letters and digits', key)];
  if (RESERVED.includes(key)) return [mustBe(`a key of ${prop}`, 'no CloudEvents attribute of its own', key)];
  return key.startsWith('azsp') ? [mustBe(`a key of ${prop}`, 'one that does not start with azsp', key)] : [];
}

function fixedProblems(prop: string, value: string): string[] {
  if (isUnresolved(value) || value.length <= MAXIMUM_VALUE_CHARACTERS) return [];
  return [mustBe(prop, `at most ${MAXIMUM_VALUE_CHARACTERS} characters long`, value)];
}

function dynamicProblems(prop: string, value: string): string[] {
  if (isUnresolved(value)) return [];
  if (value.length > MAXIMUM_VALUE_CHARACTERS) return fixedProblems(prop, value);
  const rule = 'one variable of the client or the message, such as ${client.authenticationName}';
  return DYNAMIC_SOURCE.test(value) ? [] : [mustBe(prop, rule, value)];
}

import { matchesTopic } from '../../../presence/topic';
import { parseStatement } from '../../../semantics/iot-sql';
import { isJsonObject, type JsonObject } from '../../json-value';
import type { ResolvedResource } from '../../resolved-template';
import type { AwsAccount } from '../ports';
import { pathParameter, type RestCall, type RestOperation, restPage, timestamp } from './rest-operation';
import { invalidRequest, ServiceError } from './service-error';

/** Topic rules. @see https://docs.aws.amazon.com/iot/latest/apireference/API_GetTopicRule.html */
export const ruleOperations: readonly RestOperation[] = [
  { name: 'ListTopicRules', method: 'GET', path: '/rules', answer: listTopicRules },
  { name: 'GetTopicRule', method: 'GET', path: '/rules/{ruleName}', answer: getTopicRule },
];

interface DeclaredRule {
  readonly name: string;
  readonly arn: string;
  readonly payload: JsonObject;
  readonly disabled: boolean;
}

function rulesOf(account: AwsAccount): DeclaredRule[] {
  return account.stacks
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type === 'AWS::IoT::TopicRule')
    .map((resource) => ruleOf(resource, account));
}

function ruleOf({ ref, attributes, properties }: ResolvedResource, account: AwsAccount): DeclaredRule {
  const { TopicRulePayload: declared } = properties;
  const payload = isJsonObject(declared) ? declared : {};
  const arn = attributes.Arn ?? `arn:${account.partition}:iot:${account.region}:${account.account}:rule/${ref}`;
  return { name: ref, arn, payload, disabled: String(payload.RuleDisabled) === 'true' };
}

function listTopicRules(call: RestCall, account: AwsAccount) {
  const topic = call.query.get('topic');
  const disabled = call.query.get('ruleDisabled');
  const wanted = rulesOf(account)
    .map((rule) => ({ ...rule, topicPattern: patternOf(rule) }))
    .filter((rule) => disabled === null || String(rule.disabled) === disabled)
    .filter(({ topicPattern }) => topic === null || (topicPattern !== undefined && covers(topicPattern, topic)));
  const { items, next } = restPage(wanted, call, { defaultSize: 100, maximumSize: 10_000 });
  const rules = items.map(({ name, arn, topicPattern, disabled: ruleDisabled }) => ({
    ruleArn: arn,
    ruleName: name,
    topicPattern,
    createdAt: timestamp(account.createdAt),
    ruleDisabled,
  }));
  return { rules, nextToken: next };
}

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_GetTopicRule.html */
const RULE_NAME = /^\w{1,128}$/;

function getTopicRule(call: RestCall, account: AwsAccount) {
  const name = pathParameter(call, 'ruleName');
  if (!RULE_NAME.test(name)) throw invalidRequest(`ruleName must be letters, digits and underscores, got '${name}'`);
  const rule = rulesOf(account).find((candidate) => candidate.name === name);
  // AWS does not say whether a rule exists to who may not see it.
  if (rule === undefined) throw new ServiceError('UnauthorizedException', `Access to TopicRule '${name}' was denied`);
  const { payload } = rule;
  return {
    ruleArn: rule.arn,
    rule: {
      ruleName: name,
      sql: payload.Sql,
      description: payload.Description,
      createdAt: timestamp(account.createdAt),
      actions: payload.Actions === undefined ? [] : apiForm(payload.Actions),
      errorAction: payload.ErrorAction === undefined ? undefined : apiForm(payload.ErrorAction),
      ruleDisabled: rule.disabled,
      awsIotSqlVersion: payload.AwsIotSqlVersion ?? '2015-10-08',
    },
  };
}

/** Maps whose keys are the user's own. */
const USER_KEYED = ['ClientProperties'];

/** CloudFormation capitalizes the names that the API does not. */
function apiForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiForm);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    USER_KEYED.includes(key) ? member : apiForm(member),
  ]);
  return Object.fromEntries(entries);
}

function patternOf({ payload }: DeclaredRule): string | undefined {
  try {
    return parseStatement(String(payload.Sql)).from?.filter;
  } catch {
    // A statement that only AWS understands.
    return undefined;
  }
}

function covers(pattern: string, topic: string): boolean {
  return pattern === topic || matchesTopic(pattern, topic, { hashMatchesParent: false });
}

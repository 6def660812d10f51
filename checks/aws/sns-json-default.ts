import type { ActionDefinition } from '../../local/rules/topic-rule-definition';
import type { Statement } from '../../semantics/iot-sql';
import type { Finding } from '../check-rule';
import { type AwsRule, type AwsSubject, atRule, type CheckedRule } from './aws-subject';
import { evaluateWill, rulesFor } from './rule-cannot-match-will';

/** SNS's message format JSON needs a `default`. */
export const snsJsonDefault: AwsRule = {
  id: 'lastwill:snsJsonDefault',
  severity: 'error',
  what: 'A rule that sends to SNS in message format JSON selects a text as `default`.',
  why: 'SNS refuses a JSON message without a top-level string `default`: the action fails for every message. Use RAW, or select one.',
  see: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  check: (subject) => {
    const rules = subject.rules.filter(
      (rule) => jsonActions(rule).length > 0 || isJsonSns(rule.definition.errorAction),
    );
    if (rules.length === 0) return 'notApplicable';
    return rules.flatMap((rule) => [...wrongActions(subject, rule), ...wrongErrorAction(rule)]);
  },
};

function wrongActions(subject: AwsSubject, rule: CheckedRule): Finding[] {
  const { statement } = rule;
  if (statement === undefined) return [];
  const selected = selectsDefault(statement.statement);
  if (selected === 'yes') return [];
  const wills = subject.wills.filter(
    (will) => will.payload !== undefined && rulesFor(subject, will).includes(rule as never),
  );
  const proved = wills.map((will) => evaluateWill(statement, will)).filter((result) => result?.outcome === 'matched');
  const always =
    proved.length > 0 && proved.every((result) => result.outcome === 'matched' && hasDefault(result.value));
  if (selected === 'perhaps' && always) return [];
  const severity = selected === 'perhaps' && proved.length === 0 ? 'warning' : 'error';
  const message = `${rule.definition.identity.name} sends to SNS as JSON, and ${selected === 'no' ? 'its SELECT has no' : 'not every payload has a'} top-level text 'default': use RAW, or add e.g. "topic() AS default" to the SELECT`;
  return jsonActions(rule).map((index) => ({
    ...atRule(rule, `.Actions[${index}].Sns.MessageFormat`, message),
    severity,
  }));
}

/** AWS words what the error action gets: it never has a `default`. */
function wrongErrorAction(rule: CheckedRule): Finding[] {
  if (!isJsonSns(rule.definition.errorAction)) return [];
  const message = `${rule.definition.identity.name} sends failures to SNS as JSON, and what AWS says of a failure has no 'default': use RAW`;
  return [atRule(rule, '.ErrorAction.Sns.MessageFormat', message)];
}

function jsonActions({ definition }: CheckedRule): number[] {
  return definition.actions.flatMap((action, index) => (isJsonSns(action) ? [index] : []));
}

function isJsonSns(action: ActionDefinition | undefined): boolean {
  return action?.type === 'Sns' && action.properties.MessageFormat === 'JSON';
}

function selectsDefault({ select }: Statement): 'yes' | 'no' | 'perhaps' {
  if (select.kind === 'value') return 'perhaps';
  const named = select.items.some(({ alias, expression }) => {
    if (alias !== undefined) return alias.length === 1 && alias[0] === 'default';
    return expression.kind === 'path' && expression.keys.at(-1) === 'default';
  });
  if (named) return 'yes';
  return select.items.some(({ expression }) => expression.kind === 'star') ? 'perhaps' : 'no';
}

function hasDefault(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'default' in value && typeof value.default === 'string';
}

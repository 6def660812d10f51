import { type AwsRule, atRule } from './aws-subject';

/** Failed actions are told to somebody. */
export const errorActionMissing: AwsRule = {
  id: 'lastwill:errorActionMissing',
  severity: 'warning',
  what: 'Every rule with actions has an error action.',
  why: 'A failed action is tried again a few times and then forgotten: without an error action nobody learns that an alarm was lost.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html',
  check: ({ rules }) => {
    if (rules.length === 0) return 'notApplicable';
    return rules.flatMap((rule) =>
      rule.definition.errorAction === undefined && rule.definition.actions.length > 0
        ? [atRule(rule, '', `${rule.definition.identity.name} has no ErrorAction: a failure of its actions is lost`)]
        : [],
    );
  },
};

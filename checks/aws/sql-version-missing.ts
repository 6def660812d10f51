import { type AwsRule, atRule } from './aws-subject';

/** The rule says in which SQL it is written. */
export const sqlVersionMissing: AwsRule = {
  id: 'lastwill:sqlVersionMissing',
  severity: 'warning',
  what: 'Every rule says its AwsIotSqlVersion.',
  why: 'Without one AWS takes 2015-10-08, the oldest: nested queries, literals of objects and lists and many functions are missing, and numbers behave differently.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html',
  check: ({ rules }) => {
    if (rules.length === 0) return 'notApplicable';
    return rules.flatMap((rule) =>
      rule.saysVersion
        ? []
        : [atRule(rule, '', `AwsIotSqlVersion must be said, AWS takes 2015-10-08 otherwise: set '2016-03-23'`)],
    );
  },
};

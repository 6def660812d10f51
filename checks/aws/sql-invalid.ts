import { type AwsRule, atRule } from './aws-subject';

/** AWS takes the statement. */
export const sqlInvalid: AwsRule = {
  id: 'lastwill:sqlInvalid',
  severity: 'error',
  what: 'Every rule has a statement that AWS takes.',
  why: 'CloudFormation sends the statement to AWS IoT as it is: a deployment fails on one that cannot be parsed.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html',
  check: ({ rules }) => {
    if (rules.length === 0) return 'notApplicable';
    return rules.flatMap((rule) =>
      rule.sqlError?.code === 'SQL_INVALID' ? [atRule(rule, '.Sql', rule.sqlError.message)] : [],
    );
  },
};

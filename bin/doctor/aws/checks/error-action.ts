import { type Check, failed, ok, unknown } from '../../check';
import type { AwsPorts } from '../ports';
import { intendedRules } from '../will-rules';

export const errorAction: Check<AwsPorts> = {
  name: 'error action',
  what: 'the rule has an error action',
  why: 'a notification that failed leaves no trace otherwise',
  run: async (ports) => {
    const rules = await intendedRules(ports);
    if (rules.length === 0) return unknown('no rule matches the will');
    const without = rules.filter(({ errorAction }) => errorAction === undefined).map(({ name }) => name);
    if (without.length === 0) return ok(rules.map(({ name }) => name).join(', '));
    return failed(`${without.join(', ')} has no error action`, 'add one, e.g. to a CloudWatch log group');
  },
};

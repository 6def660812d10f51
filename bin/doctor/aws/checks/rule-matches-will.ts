import { type Check, failed, ok } from '../../check';
import type { AwsPorts } from '../ports';
import { judgeRule } from '../will-rules';

export const ruleMatchesWill: Check<AwsPorts> = {
  name: 'rule matches will',
  what: 'an enabled topic rule selects the will',
  why: 'nobody is notified otherwise',
  run: async (ports) => {
    const { willTopic } = ports.subject;
    const rules = await ports.rulesOn(willTopic);
    if (rules.length === 0) {
      return failed(
        `no topic rule listens to ${willTopic}`,
        'name the topic of the will with --will-topic, or deploy a rule',
      );
    }
    const verdicts = await Promise.all(rules.map(async (rule) => ({ rule, verdict: await judgeRule(rule, ports) })));
    const matching = verdicts.filter(({ verdict }) => verdict === undefined);
    if (matching.length > 0) return ok(matching.map(({ rule }) => rule.name).join(', '));
    const reasons = verdicts.map(({ rule, verdict }) => `${rule.name} ${verdict}`).join('; ');
    if (rules.every(({ disabled }) => disabled)) return failed(reasons, 'enable the rule in its stack, and deploy');
    return failed(reasons, 'enable the rule, or make its WHERE and the payload of the will (--will-payload) agree');
  },
};

import { type Check, failed, ok, unknown } from '../../check';
import type { AwsPorts } from '../ports';
import { intendedRules } from '../will-rules';

export const emailsConfirmed: Check<AwsPorts> = {
  name: 'e-mails confirmed',
  what: 'who subscribes to the notification by e-mail has confirmed it',
  why: 'SNS writes to nobody who has not',
  run: async (ports) => {
    const topics = (await intendedRules(ports))
      .flatMap(({ actions }) => actions)
      .filter(({ kind }) => kind === 'sns')
      .map(({ properties }) => String(properties.targetArn));
    if (topics.length === 0) return unknown('no rule that matches the will notifies an SNS topic');
    const all: string[] = [];
    for (const topic of new Set(topics)) {
      const subscriptions = await ports.subscriptions(topic);
      if (subscriptions === undefined) return failed(`${topic} does not exist`, 'deploy its stack again');
      const pending = subscriptions.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint);
      if (pending.length > 0) {
        return failed(
          `not confirmed by ${pending.join(', ')}`,
          'follow the link in the e-mail “AWS Notification - Subscription Confirmation”',
        );
      }
      all.push(...subscriptions.map(({ endpoint }) => endpoint));
    }
    if (all.length === 0)
      return failed('nobody subscribes to the notification', 'name e-mail addresses in the stack (notify)');
    return ok(all.join(', '));
  },
};

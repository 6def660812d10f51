import { type Check, failed, ok, unknown } from '../../check';
import type { AzurePorts } from '../ports';
import { routedTopicId, routeVerdicts } from '../will-routes';

export const eventSubscription: Check<AzurePorts> = {
  name: 'event subscription',
  what: 'where messages are routed, an event subscription is provisioned, has not expired and lets the will through',
  why: 'a routed message that no subscription takes goes nowhere',
  run: async (ports) => {
    const topicId = await routedTopicId(ports);
    if (topicId === undefined) return ok('not needed: nothing is routed');
    if ((await ports.routedTopic(topicId)) === undefined) return unknown('there is no topic to ask about');
    const verdicts = await routeVerdicts(ports);
    if (verdicts.length === 0) {
      return failed(`topic ${topicId.split('/').pop()} has no event subscription`, 'deploy one, with a destination');
    }
    const delivering = verdicts.filter(({ problem }) => problem === undefined);
    if (delivering.length === 0) {
      const reasons = verdicts.map(({ name, problem }) => `${name} ${problem}`).join('; ');
      return failed(reasons, 'make its filter and the topic and payload of the will agree, and deploy');
    }
    const told = delivering.map(({ name, destination, condition }) =>
      [`${name} to ${destination}`, ...(condition === undefined ? [] : [condition])].join(', '),
    );
    return ok(told.join('; '));
  },
};

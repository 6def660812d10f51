import { type AwsRule, atPolicy, decide, devicesOf, willTopicOf } from './aws-subject';

/** Every device may publish its own will. */
export const willNotPublishable: AwsRule = {
  id: 'lastwill:willNotPublishable',
  severity: 'error',
  what: 'Every device may publish on the topic of its will, under its own policies.',
  why: 'AWS authorises a will when the device connects: a device whose policies do not allow it cannot connect at all.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) => {
      const denied = devicesOf(subject, will).flatMap((device) => {
        const decision = decide(subject, device, 'iot:Publish', `topic/${willTopicOf(will, device.name)}`);
        return decision.allowed
          ? []
          : [atPolicy(device.policies, will, `${device.name} cannot leave its will: ${decision.reason}`)];
      });
      // Without devices each policy stands for itself: one that allows the will is enough.
      const isGuess = subject.registry.certificates.size === 0 && denied.length < devicesOf(subject, will).length;
      return isGuess ? [] : denied;
    });
  },
};

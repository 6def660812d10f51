import { isPerDevice } from '../../presence/lwt-options';
import { ANOTHER_DEVICE, type AwsRule, atPolicy, decide, devicesOf, willTopicOf } from './aws-subject';

/** Nobody may report the death of another device. */
export const sharedWillTopic: AwsRule = {
  id: 'lastwill:sharedWillTopic',
  severity: 'warning',
  what: 'No device may publish on the topic of the will of another one.',
  why: 'A device that may could report the death of any other, by mistake or by malice.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) => {
      const [device] = devicesOf(subject, will);
      if (device === undefined) return [];
      if (!isPerDevice(will.topic)) {
        return [
          atPolicy(
            device.policies,
            will,
            `will topic '${will.topic}' is the same for every device: put {device} into it`,
          ),
        ];
      }
      const topic = willTopicOf(will, ANOTHER_DEVICE);
      const decision = decide(subject, device, 'iot:Publish', `topic/${topic}`);
      return decision.allowed
        ? [atPolicy(device.policies, will, `${device.name} may publish on ${topic} too: ${decision.reason}`)]
        : [];
    });
  },
};

import { isPerDevice } from '../../presence/lwt-options';
import { type AwsRule, atPolicy, willTopicOf } from './aws-subject';
import { ANOTHER_DEVICE, type DeviceUnderPolicies, decide, devicesOf } from './device-under-policies';

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
      const devices = devicesOf(subject, will);
      const [first] = devices;
      if (first === undefined) return [];
      if (!isPerDevice(will.topic)) {
        const message = `will topic '${will.topic}' is the same for every device: put {device} into it`;
        return [atPolicy(first.policies, will, message)];
      }
      const others = [ANOTHER_DEVICE, ...devices.slice(0, MOST_NAMES).map(({ name }) => name)];
      return distinct(devices).flatMap((device) => {
        const allowed = others
          .filter((other) => other !== device.name)
          .map((other) => willTopicOf(will, other))
          .map((topic) => ({
            topic,
            ...decide(subject, device, { action: 'iot:Publish', resource: `topic/${topic}` }),
          }))
          .find((decision) => decision.allowed);
        if (allowed === undefined) return [];
        const message = `${device.name} may publish on ${allowed.topic} too: ${allowed.reason}`;
        return [atPolicy(device.policies, will, message)];
      });
    });
  },
};

/** Names of declared devices that each is tried with; policies that name one of more devices are not written by hand. */
const MOST_NAMES = 20;

/** One device for each set of policies that is the same for all that have it, and every one of the others. */
function distinct(devices: readonly DeviceUnderPolicies[]): DeviceUnderPolicies[] {
  const bySet = new Map(devices.map((device) => [device.policies.map(({ name }) => name).join('\n'), device]));
  return [...bySet.values()];
}

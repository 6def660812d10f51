import { type AwsRule, type AwsSubject, atPolicy, willTopicOf } from './aws-subject';
import { type DeviceDecision, type DeviceUnderPolicies, decide, devicesOf } from './device-under-policies';

/** Every device may publish its own will. */
export const willNotPublishable: AwsRule = {
  id: 'lastwill:willNotPublishable',
  severity: 'error',
  what: 'Every device may connect with its will and publish on its topic, under its own policies.',
  why: 'AWS authorises a will when the device connects: a device whose policies do not allow it cannot connect at all.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) => {
      const denied = devicesOf(subject, will).flatMap((device) => {
        const reason = denialOf(subject, device, willTopicOf(will, device.name));
        return reason === undefined
          ? []
          : [atPolicy(device.policies, will, `${device.name} cannot leave its will: ${reason}`)];
      });
      // Without devices each policy stands for itself: one that allows the will is enough.
      const isGuess = subject.registry.certificates.size === 0 && denied.length < devicesOf(subject, will).length;
      return isGuess ? [] : denied;
    });
  },
};

function denialOf(subject: AwsSubject, device: DeviceUnderPolicies, topic: string): string | undefined {
  const publish = decide(subject, device, { action: 'iot:Publish', resource: `topic/${topic}` });
  if (!publish.allowed) return publish.isCertain ? publish.reason : undefined;
  const connect = (...attributes: readonly string[]): DeviceDecision =>
    decide(subject, device, {
      action: 'iot:Connect',
      resource: `client/${device.name}`,
      keys: {
        'iot:ConnectAttributes': attributes,
        'iot:LastWillTopic': attributes.includes('LastWill') ? [`${subject.registry.arnPrefix}topic/${topic}`] : [],
      },
    });
  // Whether it may connect at all is another question; so is whether it keeps its session.
  const mayConnect = connect().allowed || connect('PersistentConnect').allowed;
  const withWill = [connect('LastWill'), connect('PersistentConnect', 'LastWill')];
  const [refused] = withWill;
  if (!mayConnect || refused === undefined || withWill.some(({ allowed }) => allowed)) return undefined;
  return refused.isCertain ? `it may connect, but not with a will: ${refused.reason}` : undefined;
}

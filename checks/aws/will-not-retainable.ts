import { type AwsRule, atPolicy, willTopicOf } from './aws-subject';
import { decide, devicesOf } from './device-under-policies';

/** A retained will needs a permission of its own. */
export const willNotRetainable: AwsRule = {
  id: 'lastwill:willNotRetainable',
  severity: 'error',
  what: 'Every device that leaves a retained will has iot:RetainPublish on its topic.',
  why: 'AWS asks for iot:RetainPublish beside iot:Publish when a will is retained; without it the device cannot connect.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/retained-message-policy-examples.html',
  check: (subject) => {
    const retained = subject.wills.filter(({ retain }) => retain === true);
    if (retained.length === 0) return 'notApplicable';
    return retained.flatMap((will) =>
      devicesOf(subject, will).flatMap((device) => {
        const resource = `topic/${willTopicOf(will, device.name)}`;
        // That it may not publish at all is another finding.
        if (!decide(subject, device, { action: 'iot:Publish', resource }).allowed) return [];
        const decision = decide(subject, device, { action: 'iot:RetainPublish', resource });
        return decision.allowed || !decision.isCertain
          ? []
          : [atPolicy(device.policies, will, `${device.name} cannot retain its will: ${decision.reason}`)];
      }),
    );
  },
};

import { AWS_LIMITS } from '../../presence/limits';
import { type AwsRule, atPolicy } from './aws-subject';

/** Times that AWS changes or ignores. */
export const willTiming: AwsRule = {
  id: 'lastwill:willTiming',
  severity: 'warning',
  what: `Keep alives are from ${AWS_LIMITS.minimumKeepAliveSeconds} to ${AWS_LIMITS.maximumKeepAliveSeconds} seconds, and no will waits for a delay.`,
  why: 'AWS raises and lowers keep alives to that range, so that silence is noticed later or earlier than meant; a will delay is not among the properties that it supports: the will comes at once.',
  see: 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    const { minimumKeepAliveSeconds: least, maximumKeepAliveSeconds: most } = AWS_LIMITS;
    return subject.wills.flatMap((will) => {
      const { keepAliveSeconds: seconds, delaySeconds = 0 } = will;
      const outside = seconds !== undefined && (seconds < least || seconds > most);
      const granted = seconds === 0 ? most : Math.min(Math.max(seconds ?? least, least), most);
      return [
        ...(outside
          ? [
              atPolicy(
                [],
                will,
                `keepAliveSeconds ${seconds} becomes ${granted}: silence is noticed after ${granted * 1.5} seconds`,
              ),
            ]
          : []),
        ...(delaySeconds > 0
          ? [atPolicy([], will, `willDelaySeconds ${delaySeconds} is not waited for: AWS publishes the will at once`)]
          : []),
      ];
    });
  },
};

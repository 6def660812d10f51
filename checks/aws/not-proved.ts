import type { AwsRule } from './aws-subject';

/** Everything is there to be proved. */
export const notProved: AwsRule = {
  id: 'lastwill:notProved',
  severity: 'warning',
  what: 'The templates of an account and region can be resolved together, as a deployment would; macros and nested stacks are there.',
  why: 'What cannot be resolved here, e.g. the export of a stack that is not in the app, what a macro adds, or a nested stack whose template is not at hand, keeps other rules from being proved.',
  see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html',
  check: ({ templates }) => {
    const findings = templates.flatMap(({ name, file, gaps = [] }) =>
      gaps.map(({ logicalId, message }) => ({
        template: file ?? name,
        message,
        ...(logicalId === '' ? {} : { logicalId }),
      })),
    );
    return findings.length === 0 ? 'notApplicable' : findings;
  },
};

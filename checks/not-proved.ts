import type { CheckRule } from './check-rule';

/** What is reported when a template cannot be read as a deployment would read it; it looks at nothing by itself. */
export const NOT_PROVED: Omit<CheckRule<never>, 'check'> = {
  id: 'lastwill:notProved',
  severity: 'warning',
  what: 'The templates of an account and region can be resolved together, as a deployment would.',
  why: 'What cannot be resolved here, e.g. the export of a stack that is not in the app, keeps every other rule from being proved.',
  see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html',
};

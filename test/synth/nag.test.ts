import { App, type Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stacks } from './stacks';

function findings(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map((resource) => `${ruleName} ${resource.constructPath ?? resource.resourceLogicalId}`),
  );
}

test.each(Object.entries(stacks))('the AwsSolutions pack finds nothing in %s', (_, create) => {
  expect(findings(create(new App()))).toEqual([]);
});

test('the AwsSolutions pack would find something', () => {
  const stack = Object.values(stacks)[0]?.(new App()) as Stack;
  new Topic(stack, 'PlainTopic');

  expect(findings(stack).join()).toContain('AwsSolutions-SNS3');
});

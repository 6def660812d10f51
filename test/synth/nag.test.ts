import { App, type Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stacks } from './stacks';

let app: App;
beforeEach(() => {
  app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

test.each(Object.entries(stacks))('the AwsSolutions pack finds nothing in %s but what it acknowledges', (_, create) => {
  create(app);

  expect(() => app.synth()).not.toThrow();
});

test('the AwsSolutions pack would find something', () => {
  const stack = Object.values(stacks)[0]?.(app) as Stack;
  new Topic(stack, 'PlainTopic');

  expect(() => app.synth()).toThrow(/AwsSolutions-SNS3/);
});

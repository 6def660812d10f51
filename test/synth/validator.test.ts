import { App } from 'aws-cdk-lib';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { fixtureCsr } from '../fixtures/store';

/** Loading the validator's rules takes seconds on a busy machine. */
const TIMEOUT_MILLISECONDS = 60_000;

beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});

test(
  'every stack passes the template validator of CDK',
  () => {
    const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    new AwsLwtStack(app, 'AwsLwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    });

    expect(() => app.synth()).not.toThrow();
  },
  TIMEOUT_MILLISECONDS,
);

import type { App, Stack } from 'aws-cdk-lib';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { fixtureCsr } from '../fixtures/store';

/** Every stack for AWS that deploys as it is. */
export const stacks: Readonly<Record<string, (app: App) => Stack>> = {
  AwsLwtStack: (app) =>
    new AwsLwtStack(app, 'AwsLwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    }),
};

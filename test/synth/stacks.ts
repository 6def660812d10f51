import type { App, Stack } from 'aws-cdk-lib';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { AwsMqtt5Stack } from '../../lib/aws-mqtt5-stack';
import { fixtureCsr } from '../fixtures/store';

/** Every stack for AWS that deploys as it is. */
export const stacks: Readonly<Record<string, (app: App) => Stack>> = {
  AwsLwtStack: (app) =>
    new AwsLwtStack(app, 'AwsLwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    }),
  AwsMqtt5Stack: (app) =>
    new AwsMqtt5Stack(app, 'AwsMqtt5Stack', { certificateSigningRequest: fixtureCsr('lwtThing') }),
};

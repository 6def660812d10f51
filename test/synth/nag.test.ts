import { App, Stack, Validations } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  CloudWatchMetricAction,
  LwtMonitor,
  MintedCertificate,
  ProvisioningTemplate,
  ProvisioningValue,
  Thing,
  ThingGroup,
} from '../../constructs/aws';
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

// https://github.com/cdklabs/cdk-nag
test.each([undefined, { account: '123456789012', region: 'eu-west-1' }])(
  'the AwsSolutions pack finds nothing in our constructs but what they explain (%j)',
  (env) => {
    ourConstructs(new Stack(app, 'Ours', env === undefined ? {} : { env }));

    expect(() => app.synth()).not.toThrow();
  },
);

function ourConstructs(stack: Stack): void {
  const monitor = new LwtMonitor(stack, 'Presence', {
    executedTopic: 'gone/{device}',
    actions: [new CloudWatchMetricAction({ metricName: 'gone', metricNamespace: 'devices' })],
    notify: ['support@example.com'],
  });
  const thing = new Thing(stack, 'Thing', { thingName: 'pump7' });
  monitor.addDevice(thing, new MintedCertificate(stack, 'Minted'));
  const group = new ThingGroup(stack, 'Group', { thingGroupName: 'pumps' });
  group.addThing(thing);
  group.addPolicy(monitor.policy);
  new ProvisioningTemplate(stack, 'Fleet', {
    templateName: 'pumps',
    thing: { name: ProvisioningValue.parameter('SerialNumber') },
    policy: monitor.policy,
  }).createClaimPolicy(stack, 'Claim');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_iot as iot, Stack } from 'aws-cdk-lib';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { LocalCloud, ManualClock } from '../../testing';
import { temporaryDirectory } from '../bin/temporary-directory';
import { fixtureCsr } from '../fixtures/store';
import { LWT_TEMPLATE } from './lwt-template';

const directory = temporaryDirectory();

const WILL = { topic: 'things/pump7/gone', payload: { status: 'gone' } };

const namespaceTemplate = (name: string) => ({
  terraform: { required_providers: { azapi: { source: 'Azure/azapi' } } },
  resource: {
    azapi_resource: {
      ns: {
        type: 'Microsoft.EventGrid/namespaces@2025-02-15',
        name,
        parent_id: '/subscriptions/s/resourceGroups/rg1',
        location: 'westeurope',
        body: { properties: { topicSpacesConfiguration: { state: 'Enabled' } } },
      },
    },
  },
});

describe('deploy', () => {
  test('takes a CDK stack', async () => {
    const stack = new AwsLwtStack(new App(), 'LwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    });

    const cloud = await LocalCloud.deploy(stack);

    expect(cloud.rules.map(({ name, enabled }) => [name, enabled])).toEqual([['lastWillRule', true]]);
  });

  test('takes a CDK stack again, as every test of a file does', async () => {
    const stack = ruleStack(new App(), 'Again');
    await LocalCloud.deploy(stack);

    const cloud = await LocalCloud.deploy(stack);

    expect(cloud.rules.map(({ name }) => name)).toEqual(['rule_Again']);
  });

  test('takes a template as the text of a file, in YAML too', async () => {
    const cloud = await LocalCloud.deploy(
      "Resources:\n  Rule:\n    Type: AWS::IoT::TopicRule\n    Properties:\n      RuleName: yamlRule\n      TopicRulePayload:\n        Sql: SELECT * FROM 'a'\n        Actions: []\n",
    );

    expect(cloud.rules.map(({ name }) => name)).toEqual(['yamlRule']);
  });

  test('takes the path of a template', async () => {
    const file = join(directory.path, 'Lwt.template.json');
    writeFileSync(file, JSON.stringify(LWT_TEMPLATE));

    const cloud = await LocalCloud.deploy(file);

    expect(cloud.rules.map(({ name }) => name)).toEqual(['lastWillRule']);
  });

  test('takes several templates of one account', async () => {
    const cloud = await LocalCloud.deploy([LWT_TEMPLATE, ruleStack(new App(), 'Another')]);

    expect(cloud.rules.map(({ name }) => name)).toEqual(['lastWillRule', 'rule_Another']);
  });

  test('gives CloudFormation and Terraform each what is theirs of the parameters', async () => {
    const terraform = { variable: { prefix: { type: 'string' } }, ...namespaceTemplate('${var.prefix}-mqtt') };
    const parameters = { Email: 'night@example.com', prefix: 'plant' };

    const cloud = await LocalCloud.deploy([LWT_TEMPLATE, terraform], { parameters });
    await (await cloud.connect('pump7', { will: WILL })).cut();

    expect(cloud.emails.map(({ to }) => to)).toEqual(['night@example.com']);
  });

  test('refuses a parameter that nobody declares', async () => {
    const deployed = LocalCloud.deploy([LWT_TEMPLATE, namespaceTemplate('plant-mqtt')], { parameters: { Mail: 'x' } });

    await expect(deployed).rejects.toThrow('--parameter Mail must be a parameter of a template');
  });

  test('fills in parameters', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE, { parameters: { Email: 'night@example.com' } });

    await cloud.publish('things/pump7/gone', { status: 'gone' });

    expect(cloud.emails.map(({ to }) => to)).toEqual(['night@example.com']);
  });

  test('fails on a template that cannot work, naming the place', async () => {
    const template = { Resources: { Rule: { Type: 'AWS::IoT::TopicRule', Properties: { Sql: { Ref: 'Nothing' } } } } };

    await expect(LocalCloud.deploy(template)).rejects.toThrow('Resources.Rule.Properties.Sql');
  });

  test('fails on a path that leads nowhere', async () => {
    await expect(LocalCloud.deploy('no/such.template.json')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('fails on an object that is no template', async () => {
    await expect(LocalCloud.deploy({ name: 'x' })).rejects.toThrow(
      'deployable 1 must be a stack, stage or app, a CloudFormation template, a Terraform configuration or the path of one, got {"name":"x"}',
    );
  });
});

describe('ports', () => {
  test('no port is open unless it is asked for', async () => {
    expect((await LocalCloud.deploy(LWT_TEMPLATE)).endpoints).toEqual({});
  });

  test('devices of other processes find endpoint and certificate where they were asked for', async () => {
    const stack = new AwsLwtStack(new App(), 'LwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    });

    const cloud = await LocalCloud.deploy(stack, { ports: { stateDirectory: directory.path } });
    const { endpoint, identities } = cloud.endpoints.aws ?? {};
    await cloud.stop();

    expect(endpoint).toMatch(/^mqtts:\/\/localhost:\d+$/);
    expect(readFileSync(join(identities?.lwtThing?.directory ?? '', 'client-cert.pem'), 'utf8')).toMatch(
      /^-----BEGIN CERTIFICATE-----/,
    );
  });
});

describe('connect', () => {
  test('connects by the name of a thing, which is its client id', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    const device = await cloud.connect('pump7');

    expect([device.clientId, device.isConnected]).toEqual(['pump7', true]);
  });

  test('connects by the logical id of a thing', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    expect((await cloud.connect('Valve')).clientId).toBe('valve1');
  });

  test('connects with a certificate by its logical id; the policy decides over the client id', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    await expect(cloud.connect('valve1', { certificate: 'PumpCertificate' })).rejects.toThrow(
      "the certificate is not attached to thing 'valve1' but to 'pump7'",
    );
  });

  test('fails for somebody whom no template knows, naming those that it knows', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    await expect(cloud.connect('pmup7')).rejects.toThrow(
      "name must be a thing, certificate or client of the templates: 'pump7', 'valve1', 'PumpCertificate', 'ValveCertificate', got 'pmup7'",
    );
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
  test('fails for a will that the policy does not allow, and says so', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    await expect(cloud.connect('pump7', { will: { ...WILL, topic: 'things/valve1/gone' } })).rejects.toThrow(
      'arn:aws:iot:us-east-1:123456789012:topic/things/valve1/gone',
    );
    expect(cloud.refusals.map(({ clientId, action, topic }) => [clientId, action, topic])).toEqual([
      ['pump7', 'iot:Publish', 'things/valve1/gone'],
    ]);
  });
});

describe('what a will causes', () => {
  test('a device that is cut off causes the e-mail and the republished message', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
    const device = await cloud.connect('pump7', { will: WILL });

    await device.cut();

    expect(cloud.emails.map(({ to, text }) => [to, text.split('\n')[0]])).toEqual([
      ['support@example.com', '{"status":"gone"}'],
    ]);
    expect(cloud.messages('lwt/executed').map(({ json, origin }) => [json, origin])).toEqual([
      [{ status: 'gone' }, 'republish'],
    ]);
  });

  test('a device that disconnects properly causes nothing', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
    const device = await cloud.connect('pump7', { will: WILL });

    await device.disconnect();

    expect(cloud.emails).toEqual([]);
    expect(cloud.messages('things/#')).toEqual([]);
  });

  test('rules tell which messages they looked at and what their actions did', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    await cloud.publish('things/pump7/gone', { status: 'still here' });
    await cloud.publish('things/pump7/gone', { status: 'gone' });

    const [rule] = cloud.rules;
    expect(rule?.evaluations.map(({ topic, outcome }) => [topic, outcome])).toEqual([
      ['things/pump7/gone', 'notMatched'],
      ['things/pump7/gone', 'matched'],
    ]);
    expect(rule?.actions.map(({ type, outcome }) => `${type} ${outcome}`).sort()).toEqual([
      'Republish succeeded',
      'Sns succeeded',
    ]);
  });
});

describe('advance', () => {
  // https://docs.aws.amazon.com/general/latest/gr/iot-core.html
  test('a device that falls silent is given up after one and a half times its keep alive', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
    const device = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });
    device.goSilent();

    await cloud.advance(44.999);
    const early = cloud.emails.length;
    await cloud.advance(0.001);

    expect([early, cloud.emails.length]).toEqual([0, 1]);
  });

  test('a live device answers the keep alive by itself', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
    const device = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });

    await cloud.advance(24 * 3600);

    expect(device.isConnected).toBe(true);
    expect(cloud.messages('things/#')).toEqual([]);
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
  test('a message that expires while its subscriber is away is not delivered, another one is', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
    const options = { cleanStart: false, sessionExpirySeconds: 300 };
    const driver = await cloud.connect('valve1', options);
    await driver.subscribe('things/pump7/+');
    await driver.disconnect();
    const sender = await cloud.connect('pump7');
    await sender.publish('things/pump7/unlock', 'UNLOCK', { properties: { messageExpiryInterval: 10 } });
    await sender.publish('things/pump7/heat', 'PRE_HEAT', { properties: { messageExpiryInterval: 120 } });

    await cloud.advance(15);
    const back = await cloud.connect('valve1', options);

    expect(back.received.map(({ text, properties }) => [text, properties.messageExpiryInterval])).toEqual([
      ['PRE_HEAT', 105],
    ]);
  });

  test('moves the clock by exactly that much, also when nothing waits', async () => {
    const clock = new ManualClock(1_000);
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE, { clock });

    await cloud.advance(2.5);

    expect(clock.now()).toBe(3_500);
  });

  test('fails for negative time', async () => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE);

    await expect(cloud.advance(-1)).rejects.toThrow('seconds must be 0 or more, got -1');
  });
});

describe('determinism', () => {
  const play = async (seed: number): Promise<string> => {
    const cloud = await LocalCloud.deploy(LWT_TEMPLATE, { seed });
    cloud.faults.reorder();
    cloud.faults.duplicate();
    const valve = await cloud.connect('valve1');
    await valve.subscribe('things/#');
    const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });
    for (let level = 0; level < 6; level++) await pump.publish('things/pump7/level', { level });
    pump.goSilent();
    await cloud.advance(60);
    return JSON.stringify([cloud.events, valve.received, cloud.emails]);
  };

  test('the same seed gives the same event log', async () => {
    expect(await play(7)).toBe(await play(7));
  });

  test('another seed gives other ids', async () => {
    expect(await play(8)).not.toBe(await play(7));
  });
});

function ruleStack(app: App, id: string): Stack {
  const stack = new Stack(app, id);
  new iot.CfnTopicRule(stack, 'Rule', {
    ruleName: `rule_${id}`,
    topicRulePayload: { sql: "SELECT * FROM 'a'", actions: [] },
  });
  return stack;
}

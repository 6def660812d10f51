import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../../local/engine';
import type { StampedEntry } from '../../local/event-log';
import { ManualClock } from '../../presence/clock';
import { lastWillPayload } from '../../presence/will-payload';
import { temporaryFolders } from '../temporary-folder';

const temporaryFolder = temporaryFolders();
const csr = readFileSync('test/fixtures/store/aws/lwtThing/client.csr', 'utf8');
const arn = (rest: string): string => `arn:aws:iot:us-east-1:123456789012:${rest}`;

const json = {
  Resources: {
    Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } },
    Certificate: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE', CertificateSigningRequest: csr } },
    Policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'iot:Connect', Resource: arn('client/${iot:Connection.Thing.ThingName}') },
            { Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic/gone') },
          ],
        },
      },
    },
    PolicyAttachment: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
    },
    ThingAttachment: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: { Ref: 'Thing' }, Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
    },
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }] } }],
      },
    },
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        TopicRulePayload: {
          Sql: "SELECT * FROM 'gone'",
          Actions: [{ Sns: { TargetArn: { Ref: 'Topic' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } }],
        },
      },
    },
  },
};

const startOn = async (clock: ManualClock, more: Partial<Parameters<typeof Engine.start>[0]> = {}): Promise<Engine> =>
  Engine.start({ aws: { templates: [{ name: 'presence', json }] }, clock, ...more });

test('a cut device has its will published and the e-mail caught, without a port or a key', async () => {
  const engine = await startOn(new ManualClock());
  const device = await engine.connect('aws', 'lwtThing', {
    clientId: 'lwtThing',
    will: { topic: 'gone', payload: lastWillPayload('lwtThing') },
  });
  const observer = await engine.connect('aws', 'iam:console', { clientId: 'console' });
  await observer.subscribe('gone');
  const will = new Promise((resolve) => observer.onMessage(resolve));

  device.cut();
  await will;
  await engine.aws?.rules.whenIdle();

  expect(engine.emails.map(({ to, rfc822 }) => [to, rfc822.toString().includes(lastWillPayload('lwtThing'))])).toEqual([
    ['a@example.com', true],
  ]);
  await engine.stop();
});

test('a silent device is given up after 1.5 times its keep alive (AWS IoT Core quotas)', async () => {
  const clock = new ManualClock();
  const events: StampedEntry[] = [];
  const engine = await startOn(clock, { onEvent: (entry) => events.push(entry) });
  await engine.connect('aws', 'lwtThing', { clientId: 'lwtThing', keepAliveSeconds: 30 });
  const disconnects = () => events.filter(({ type }) => type === 'disconnect').map(({ details }) => details?.cause);

  clock.advance(44_999);
  expect(disconnects()).toEqual([]);

  clock.advance(1);
  expect(disconnects()).toEqual(['keepAliveTimeout']);
  await engine.stop();
});

test('two engines in one process share nothing', async () => {
  const [one, other] = await Promise.all([startOn(new ManualClock()), startOn(new ManualClock())]);
  const device = await one.connect('aws', 'lwtThing', { clientId: 'lwtThing' });

  await other.connect('aws', 'lwtThing', { clientId: 'lwtThing' });

  await device.ping();
  expect(device.isOpen).toBe(true);
  expect(one.rootCertificatePem).not.toBe(other.rootCertificatePem);
  await Promise.all([one.stop(), other.stop()]);
});

test('an engine that is stopped again leaves the state folder to the one that has it now', async () => {
  const stateDirectory = temporaryFolder();
  const first = await startOn(new ManualClock(), { stateDirectory });
  await first.listen();
  await first.stop();
  const second = await startOn(new ManualClock(), { stateDirectory });
  await second.listen();

  await first.stop();

  expect(existsSync(join(stateDirectory, 'local.json'))).toBe(true);
  await second.stop();
});

test('the state folder is complete when the engine listens, and an unchanged CSR keeps its certificate', async () => {
  const stateDirectory = temporaryFolder();
  const identity = join(stateDirectory, 'aws', 'lwtThing');
  const certificateOf = async (): Promise<string> => {
    const engine = await startOn(new ManualClock(), { stateDirectory, findPrivateKey: () => 'KEY' });
    const { aws } = await engine.listen();
    const running = JSON.parse(readFileSync(join(stateDirectory, 'local.json'), 'utf8'));
    expect(running).toMatchObject({
      pid: process.pid,
      aws: { port: aws?.port, identities: { lwtThing: { clientId: 'lwtThing' } } },
    });
    await engine.stop();
    return readFileSync(join(identity, 'client-cert.pem'), 'utf8');
  };

  const first = await certificateOf();
  const second = await certificateOf();

  expect(second).toBe(first);
  expect(readdirSync(identity).sort()).toEqual(['AmazonRootCA1.pem', 'client-cert.pem', 'private-key.pem']);
  expect(statSync(join(identity, 'private-key.pem')).mode & 0o777).toBe(0o600);
  expect(existsSync(join(stateDirectory, 'local.json'))).toBe(false);
});

test('fails: a template that cannot work is refused with file, place and reason', async () => {
  const broken = { Resources: { Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'Nobody' } } } } };

  await expect(
    Engine.start({ aws: { templates: [{ name: 'broken.json', json: broken }] }, clock: new ManualClock() }),
  ).rejects.toThrow(/broken\.json.*Resources\.Thing\.Properties\.ThingName.*Nobody/);
});

test('fails: a port that is taken is named, and no other stays open', async () => {
  const first = await startOn(new ManualClock());
  const { aws } = await first.listen();
  const second = await startOn(new ManualClock());

  await expect(second.listen({ awsPort: aws?.port })).rejects.toThrow(`cannot listen on 127.0.0.1:${aws?.port}`);

  await Promise.all([first.stop(), second.stop()]);
});

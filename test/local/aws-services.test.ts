import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { type AwsCredentials, signWebSocketUrl } from '../../device/aws-signature';
import { Engine } from '../../local/engine';
import { temporaryFolders } from '../temporary-folder';

const temporaryFolder = temporaryFolders();
const ROLE = 'arn:aws:iam::123456789012:role/reader';

const json = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: ['iot:GetThingShadow', 'iot:Publish'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        TopicRulePayload: {
          AwsIotSqlVersion: '2016-03-23',
          Sql: `SELECT get_thing_shadow('lamp', '${ROLE}').state.reported.on AS on FROM 'ask'`,
          Actions: [{ Republish: { Topic: 'answer', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } }],
        },
      },
    },
  },
};

test('the IAM identity of the state folder opens a WebSocket by Signature Version 4, and nobody else does', async () => {
  const stateDirectory = temporaryFolder();
  const engine = await Engine.start({ aws: { templates: [{ name: 'a.json', json }] }, stateDirectory });
  try {
    const { aws } = await engine.listen();
    const endpoint = { scheme: 'wss', host: 'localhost', port: aws?.webSocketPort ?? 0, path: '/mqtt' } as const;
    const file = join(stateDirectory, 'aws', 'iam.json');
    const key = JSON.parse(readFileSync(file, 'utf8')) as AwsCredentials;
    const open = async (credentials: AwsCredentials) => {
      const url = await signWebSocketUrl(endpoint, credentials, 'us-east-1', Date.now());
      const wsOptions = { ca: engine.rootCertificatePem };
      return connectAsync(url, { protocolVersion: 5, clientId: 'console', reconnectPeriod: 0, wsOptions });
    };

    const client = await open(key);
    expect(await client.subscribeAsync('#')).toEqual([expect.objectContaining({ topic: '#' })]);
    await client.endAsync();
    await expect(open({ ...key, secretAccessKey: 'guessed' })).rejects.toThrow(/SIGNATURE_MISMATCH|Not authorized/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  } finally {
    await engine.stop();
  }
});

test('a rule reads the shadow that a device has updated', async () => {
  const engine = await Engine.start({ aws: { templates: [{ name: 'a.json', json }] } });
  try {
    const client = await engine.connect('aws', 'iam:console', { clientId: 'console' });
    await client.subscribe(['answer', '$aws/things/lamp/shadow/update/documents']);
    const answer = new Promise<unknown>((resolve) => {
      client.onMessage(({ topic, payload }) => {
        if (topic === 'answer') resolve(JSON.parse(payload.toString()));
      });
    });

    await client.publish({
      topic: '$aws/things/lamp/shadow/update',
      payload: '{"state":{"reported":{"on":true}}}',
      qos: 1,
    });
    await client.publish({ topic: 'ask', payload: '{}', qos: 1 });

    expect(await answer).toEqual({ on: true });
  } finally {
    await engine.stop();
  }
});

import type { InProcessClient } from '../../../local/in-process-client';
import { fixtureCsr } from '../../fixtures/store';
import { ARN, allow, device, registryOf } from './account';
import { createEmbeddedBroker } from './embedded-broker';

const POLICY = [
  allow('iot:Connect', 'client/${iot:Connection.Thing.ThingName}'),
  allow('iot:Publish', 'topic/last/${iot:Connection.Thing.ThingName}', 'topic/shared'),
];
const WILL = { topic: 'last/lwtThing', payload: 'gone', qos: 1 } as const;

async function createCloud() {
  const cloud = createEmbeddedBroker(await registryOf(device(fixtureCsr('lwtThing'), ...POLICY)));
  const observer = await cloud.connect('iam:console', { clientId: 'observer' });
  await observer.subscribe(['last/+', '$aws/events/presence/+/lwtThing', '$aws/things/lwtThing/shadow/#'], { qos: 1 });
  return { ...cloud, observer };
}

/** What has arrived, once everything before a ping of the observer has. */
async function arrived(observer: InProcessClient): Promise<string[]> {
  await new Promise(setImmediate);
  await observer.ping();
  return observer.received.map(({ topic }) => topic);
}

function payloadOf(observer: InProcessClient, topic: string): unknown {
  return JSON.parse(String(observer.received.find((message) => message.topic === topic)?.payload));
}

test('a device that is cut off leaves its will and a lifecycle event with the reason', async () => {
  const { connect, observer } = await createCloud();
  const client = await connect('lwtThing', { clientId: 'lwtThing', will: WILL });

  client.cut();
  await client.closed();

  expect((await arrived(observer)).sort()).toEqual([
    '$aws/events/presence/connected/lwtThing',
    '$aws/events/presence/disconnected/lwtThing',
    'last/lwtThing',
  ]);
  expect(payloadOf(observer, '$aws/events/presence/disconnected/lwtThing')).toMatchObject({
    clientInitiatedDisconnect: false,
    disconnectReason: 'CONNECTION_LOST',
  });
});

test('fails to connect with a will that the policy does not cover, and the event says who was forbidden', async () => {
  const { connect, events, observer } = await createCloud();

  await expect(connect('lwtThing', { clientId: 'lwtThing', will: { ...WILL, topic: 'elsewhere' } })).rejects.toThrow();

  expect(await arrived(observer)).toEqual(['$aws/events/presence/connect_failed/lwtThing']);
  expect(payloadOf(observer, '$aws/events/presence/connect_failed/lwtThing')).toMatchObject({
    connectFailureReason: 'AUTHORIZATION_FAILED',
    principalIdentifier: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(events).toContainEqual(
    expect.objectContaining({
      kind: 'refused',
      explanation: expect.objectContaining({ action: 'iot:Publish', resource: `${ARN}topic/elsewhere` }),
    }),
  );
});

test('fails to connect under a client id that the policy forbids, with an event for that client id', async () => {
  const { connect, observer } = await createCloud();
  await observer.subscribe('$aws/events/presence/connect_failed/+', { qos: 1 });

  await expect(connect('Certificate', { clientId: 'pump7' })).rejects.toThrow();

  expect(await arrived(observer)).toEqual(['$aws/events/presence/connect_failed/pump7']);
});

test('a client that resumes its session sees its own connected event after CONNACK', async () => {
  const { connect } = await createCloud();
  const options = { clientId: 'watcher', cleanStart: false, sessionExpirySeconds: 60 };
  const first = await connect('iam:console', options);
  await first.subscribe('$aws/events/presence/connected/watcher', { qos: 1 });
  await first.disconnect();
  await first.closed();

  const second = await connect('iam:console', options);

  expect(await arrived(second)).toEqual(['$aws/events/presence/connected/watcher']);
});

test('a shadow update over MQTT is answered', async () => {
  const { observer } = await createCloud();

  await observer.publish({
    topic: '$aws/things/lwtThing/shadow/update',
    payload: '{"state":{"reported":{"on":true}}}',
    qos: 1,
  });

  expect((await arrived(observer)).sort()).toEqual([
    '$aws/things/lwtThing/shadow/update',
    '$aws/things/lwtThing/shadow/update/accepted',
    '$aws/things/lwtThing/shadow/update/documents',
  ]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
describe('DeleteConnection', () => {
  test('ends the connection, publishes the will and is told as API_INITIATED_DISCONNECT', async () => {
    const { connect, connections, observer } = await createCloud();
    const client = await connect('lwtThing', { clientId: 'lwtThing', will: WILL });

    expect(connections.deleteConnection('lwtThing')).toBe(true);
    await client.closed();

    expect(await arrived(observer)).toContain('last/lwtThing');
    expect(payloadOf(observer, '$aws/events/presence/disconnected/lwtThing')).toMatchObject({
      disconnectReason: 'API_INITIATED_DISCONNECT',
    });
  });

  test('publishes no will with preventWillMessage', async () => {
    const { connect, connections, observer } = await createCloud();
    const client = await connect('lwtThing', { clientId: 'lwtThing', will: WILL });

    connections.deleteConnection('lwtThing', { preventWillMessage: true });
    await client.closed();

    expect(await arrived(observer)).not.toContain('last/lwtThing');
  });

  test('says when the client is not connected', async () => {
    const { connections } = await createCloud();

    expect(connections.deleteConnection('nobody')).toBe(false);
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html
test('GetConnection tells of a connection, and of its end for half an hour', async () => {
  const { clock, connect, connections } = await createCloud();
  const connectedSince = clock.now();
  const client = await connect('lwtThing', { clientId: 'lwtThing', keepAliveSeconds: 60 });

  expect(connections.getConnection('lwtThing', { includeSocketInformation: true })).toEqual({
    clientId: 'lwtThing',
    connected: true,
    cleanSession: true,
    sourceIp: '127.0.0.1',
    keepAliveDuration: 60,
    connectedSince,
    sessionExpiry: 0,
  });
  clock.advance(1_000);
  await client.disconnect();
  await client.closed();

  expect(connections.getConnection('lwtThing')).toEqual({
    clientId: 'lwtThing',
    connected: false,
    cleanSession: true,
    keepAliveDuration: 60,
    connectedSince,
    disconnectedSince: connectedSince + 1_000,
    disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
    sessionExpiry: 0,
  });
  clock.advance(1_800_001);
  expect(connections.getConnection('lwtThing')).toBeUndefined();
  expect(connections.getConnection('nobody')).toBeUndefined();
});

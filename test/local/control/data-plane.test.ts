import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  GetRetainedMessageCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListRetainedMessagesCommand,
  ListSubscriptionsCommand,
  PublishCommand,
} from '@aws-sdk/client-iot-data-plane';
import { MADE_AT, startAccount } from './embedded-account';

let account: Awaited<ReturnType<typeof startAccount>>;
let data: IoTDataPlaneClient;

beforeEach(async () => {
  account = await startAccount();
  data = new IoTDataPlaneClient(account.client);
});
afterEach(async () => {
  data.destroy();
  await account.engine.stop();
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
test('Publish reaches subscribers with its MQTT 5 properties', async () => {
  const observer = await account.engine.connect('aws', 'iam:console', { clientId: 'console' });
  await observer.subscribe('/lwt/#', { qos: 1 });
  const received = new Promise<{ topic: string; payload: Buffer; properties: object }>((resolve) =>
    observer.onMessage(resolve),
  );

  await data.send(
    new PublishCommand({
      topic: '/lwt/executed',
      payload: Buffer.from('gone'),
      qos: 1,
      contentType: 'text/plain',
      userProperties: JSON.stringify([{ unit: 'C' }]),
    }),
  );

  expect(await received).toMatchObject({
    topic: '/lwt/executed',
    payload: Buffer.from('gone'),
    properties: { contentType: 'text/plain', userProperties: { unit: 'C' } },
  });
});

test('Publish refuses a topic with a wildcard', async () => {
  await expect(data.send(new PublishCommand({ topic: 'a/+' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "topic must be a topic name without the wildcards + and #, got 'a/+'",
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetRetainedMessage.html
test('GetRetainedMessage gives payload, QoS and when it came', async () => {
  await data.send(new PublishCommand({ topic: 'state/lamp', payload: Buffer.from('1'), qos: 1, retain: true }));

  const { topic, payload, qos, lastModifiedTime } = await data.send(
    new GetRetainedMessageCommand({ topic: 'state/lamp' }),
  );

  expect({ topic, payload: Buffer.from(payload ?? []).toString(), qos, lastModifiedTime }).toEqual({
    topic: 'state/lamp',
    payload: '1',
    qos: 1,
    lastModifiedTime: MADE_AT,
  });
});

test('ListRetainedMessages gives pages, and GetRetainedMessage of another topic is not found', async () => {
  for (const topic of ['a', 'b', 'c']) {
    await data.send(new PublishCommand({ topic, payload: Buffer.from('xy'), retain: true }));
  }

  const first = await data.send(new ListRetainedMessagesCommand({ maxResults: 2 }));
  const second = await data.send(new ListRetainedMessagesCommand({ maxResults: 2, nextToken: first.nextToken }));

  expect(first.retainedTopics?.map(({ topic, payloadSize }) => [topic, payloadSize])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
  expect(second.retainedTopics?.map(({ topic }) => topic)).toEqual(['c']);
  await expect(data.send(new GetRetainedMessageCommand({ topic: 'd' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html
test('GetConnection describes a connection, with its address only when that is asked for', async () => {
  await account.engine.connect('aws', 'lwtThing', { clientId: 'lwtThing' });

  const plain = await data.send(new GetConnectionCommand({ clientId: 'lwtThing' }));
  const full = await data.send(new GetConnectionCommand({ clientId: 'lwtThing', includeSocketInformation: true }));

  expect(plain).toMatchObject({ connected: true, thingName: 'lwtThing', connectedSince: MADE_AT });
  expect(plain.sourceIp).toBeUndefined();
  expect(full.sourceIp).toBe('127.0.0.1');
});

test('GetConnection of a client that never came is not found', async () => {
  await expect(data.send(new GetConnectionCommand({ clientId: 'nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
test('DeleteConnection ends a connection, once', async () => {
  await account.engine.connect('aws', 'lwtThing', { clientId: 'lwtThing' });

  await data.send(new DeleteConnectionCommand({ clientId: 'lwtThing' }));

  expect(await data.send(new GetConnectionCommand({ clientId: 'lwtThing' }))).toMatchObject({
    connected: false,
    disconnectReason: 'API_INITIATED_DISCONNECT',
  });
  await expect(data.send(new DeleteConnectionCommand({ clientId: 'lwtThing' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('ListSubscriptions gives the filters of a client', async () => {
  const device = await account.engine.connect('aws', 'lwtThing', { clientId: 'lwtThing' });
  await device.subscribe('a/#', { qos: 1 });

  const { subscriptions } = await data.send(new ListSubscriptionsCommand({ clientId: 'lwtThing' }));

  expect(subscriptions).toEqual([{ topicFilter: 'a/#', qos: 1 }]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetThingShadow.html
test('GetThingShadow gives what was reported over MQTT', async () => {
  const device = await account.engine.connect('aws', 'iam:console', { clientId: 'console' });
  const payload = JSON.stringify({ state: { reported: { on: true } } });
  await device.publish({ topic: '$aws/things/lwtThing/shadow/update', payload, qos: 1 });

  const shadow = await data.send(new GetThingShadowCommand({ thingName: 'lwtThing' }));

  expect(JSON.parse(Buffer.from(shadow.payload ?? []).toString())).toMatchObject({
    state: { reported: { on: true } },
    version: 1,
  });
});

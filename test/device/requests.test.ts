import { DeviceAgent } from '../../device';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { type Answers, FakeBroker, type FakeConnection } from './fake-broker';

async function setUp(answers: Answers = {}) {
  const clock = new ManualClock();
  const broker = new FakeBroker(answers);
  const agent = new DeviceAgent(
    { endpoint: 'mqtt://broker.test', clientId: 'app' },
    { clock, randomness: seededRandomness(3), openStream: broker.openStream },
  );
  await agent.connect();
  return { agent, clock, connection: broker.connections[0] as FakeConnection };
}

function answer(connection: FakeConnection, topic: string, text: string, correlationData: Buffer | undefined): void {
  const properties = correlationData === undefined ? {} : { correlationData };
  connection.send({ cmd: 'publish', topic, payload: text, qos: 0, dup: false, retain: false, properties });
}

test('asks with response topic and correlation data and resolves to the answer that repeats it', async () => {
  const { agent, connection } = await setUp();

  const asked = agent.request('door/lock', 'LOCK', { responseTopic: 'door/status' });
  const question = await connection.next('publish');
  const correlationData = question.properties?.correlationData;
  answer(connection, 'door/status', 'for somebody else', Buffer.from('other'));
  answer(connection, 'door/status', 'without correlation', undefined);
  answer(connection, 'door/other', 'on another topic', correlationData);
  answer(connection, 'door/status', 'LOCKED', correlationData);

  expect((await asked).payload.toString()).toBe('LOCKED');
  expect(question.properties).toMatchObject({ responseTopic: 'door/status', correlationData: expect.any(Buffer) });
  await agent.cut();
});

test('subscribes to the response topic before it asks', async () => {
  const { agent, connection } = await setUp();

  const asked = agent.request('q', '?', { responseTopic: 'a', correlationData: Buffer.from('1') });
  await connection.next('publish');
  answer(connection, 'a', '!', Buffer.from('1'));
  await asked;

  expect(connection.received.map(({ cmd }) => cmd)).toEqual(['connect', 'subscribe', 'publish']);
  await agent.cut();
});

test('does not subscribe again where a wider filter covers the response topic', async () => {
  const { agent, connection } = await setUp();
  await agent.subscribe('home/#');

  const asked = agent.request('q', '?', { responseTopic: 'home/status', correlationData: Buffer.from('1') });
  await connection.next('publish');
  answer(connection, 'home/status', '!', Buffer.from('1'));
  await asked;

  expect(connection.all('subscribe')).toHaveLength(1);
  await agent.cut();
});

test('fails when no answer comes in time', async () => {
  const { agent, clock, connection } = await setUp();
  const asked = agent.request('q', '?', { responseTopic: 'a', timeoutSeconds: 5 });
  const failed = expect(asked).rejects.toMatchObject({
    code: 'DELIVERY_FAILED',
    message: 'no answer came on a within 5 s',
  });
  await connection.next('publish');

  clock.advance(5_000);

  await failed;
  await agent.cut();
});

test('fails when the question is refused', async () => {
  const { agent } = await setUp({ publish: ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 0x87 }) });

  await expect(agent.request('q', '?', { responseTopic: 'a' })).rejects.toMatchObject({ code: 'OPERATION_REFUSED' });
  await agent.cut();
});

test('a refused question leaves no timer behind', async () => {
  const { agent, clock } = await setUp({
    publish: ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 0x87 }),
  });
  await agent.request('q', '?', { responseTopic: 'a' }).catch(() => undefined);

  await agent.cut();

  expect(clock.nextDueAt).toBeUndefined();
});

test('fails when the agent is ended', async () => {
  const { agent, connection } = await setUp();
  const failed = expect(agent.request('q', '?', { responseTopic: 'a' })).rejects.toThrow(
    'no answer came on a: the agent was ended',
  );
  await connection.next('publish');
  await agent.publish('fence', '');

  await agent.cut();

  await failed;
});

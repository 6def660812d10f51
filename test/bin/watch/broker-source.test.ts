import type { Packet } from 'mqtt-packet';
import { BrokerSource, type BrokerSourceOptions } from '../../../bin/watch/broker-source';
import { watchPresence } from '../../../bin/watch/watch-presence';
import { DeviceAgent } from '../../../device';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import { type Answers, FakeBroker, refused } from '../../device/fake-broker';
import { RecordingView } from './recording-view';

const DISCONNECTED = '$aws/events/presence/disconnected/pump7';
const CONNECTED = '$aws/events/presence/connected/pump7';
const TOPICS = [{ filter: '$aws/events/presence/#' }, { filter: 'clients/{device}/status' }];

/** Watches a broker that answers as it is told to. */
function watching(more: Partial<BrokerSourceOptions> = {}, answers: Answers = {}) {
  const clock = new ManualClock();
  const broker = new FakeBroker(answers);
  const view = new RecordingView();
  const parts = { clock, randomness: seededRandomness(7), openStream: broker.openStream };
  const source = new BrokerSource({
    cloud: 'aws',
    topics: TOPICS,
    names: new Set(['pump7', 'desk']),
    agent: () => new DeviceAgent({ endpoint: 'mqtt://broker.test', clientId: 'desk' }, parts),
    ...more,
  });
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const done = watchPresence({ sources: [source], view, clock, interrupted });
  const stop = async (): Promise<void> => {
    interrupt();
    await done;
  };
  const tell = (topic: string, payload: object, retain = false): void =>
    broker.connections.at(-1)?.send(publication(topic, JSON.stringify(payload), retain));
  return { clock, broker, view, done, stop, tell };
}

function publication(topic: string, payload: string, retain: boolean): Packet {
  return { cmd: 'publish', topic, payload, retain, qos: 0, dup: false };
}

const event = (timestamp: number, versionNumber: number, more: object = {}): object => ({
  clientId: 'pump7',
  timestamp,
  versionNumber,
  ...more,
});

/** Breaks the connection off and lets the agent come back. */
async function reconnected({ broker, clock, view }: ReturnType<typeof watching>): Promise<void> {
  broker.connections.at(-1)?.drop();
  await view.until(/trying again in/);
  const watchingNotes = view.notes.length;
  const next = broker.nextConnection();
  clock.advance(200_000);
  await (await next).next('subscribe');
  while (!view.notes.slice(watchingNotes).some((note) => note.startsWith('watching '))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('whoever watches is no device', async () => {
  const watched = watching();
  await watched.view.until(/^watching /);

  watched.tell('$aws/events/presence/connected/desk', { ...event(1, 1), clientId: 'desk' });
  watched.tell('$aws/events/presence/connected/lastwill-watch-0a1b2c3d', {
    ...event(1, 1),
    clientId: 'lastwill-watch-0a1b2c3d',
  });
  watched.tell(CONNECTED, event(1, 1));
  await watched.view.until(/^pump7 connected/);
  await watched.stop();

  expect(watched.view.rows()).toEqual(['pump7 connected lifecycle event']);
});

test('after a lost connection nothing is known but what is told again', async () => {
  const watched = watching();
  await watched.view.until(/^watching /);
  watched.tell(CONNECTED, event(1, 1));
  await watched.view.until(/^pump7 connected/);

  await reconnected(watched);

  expect(watched.view.rows()).toEqual(['pump7 unknown not watched, was connected before']);
  watched.tell(DISCONNECTED, event(9, 1, { disconnectReason: 'CONNECTION_LOST' }));
  await watched.view.until(/^pump7 disconnected/);
  await watched.stop();
  expect(watched.view.changes.map(({ state }) => state)).toEqual(['connected', 'unknown', 'disconnected']);
});

test('after a lost connection a retained status is taken as what is', async () => {
  const watched = watching();
  await watched.view.until(/^watching /);
  watched.tell('clients/pump7/status', { status: 'online' });
  await watched.view.until(/^pump7 connected/);
  await reconnected(watched);

  watched.tell('clients/pump7/status', { status: 'offline' }, true);
  await watched.view.until(/^pump7 disconnected/);
  await watched.stop();

  expect(watched.view.changes.at(-1)).toMatchObject({ state: 'disconnected', exact: false });
});

test('ending the watch is no loss', async () => {
  const watched = watching();
  await watched.view.until(/^watching /);
  watched.tell(CONNECTED, event(1, 1));
  await watched.view.until(/^pump7 connected/);

  await watched.stop();

  expect(watched.view.rows()).toEqual(['pump7 connected lifecycle event']);
});

test('a broker that has moved is followed', async () => {
  let moved = false;
  const brokers = [new FakeBroker(), new FakeBroker()];
  const clock = new ManualClock();
  let attempts = 0;
  const watched = watching({
    hasMoved: () => moved,
    agent: () => {
      const broker = brokers[attempts] as FakeBroker;
      attempts += 1;
      return new DeviceAgent(
        { endpoint: 'mqtt://broker.test', clientId: 'desk' },
        { clock, randomness: seededRandomness(7), openStream: broker.openStream },
      );
    },
  });
  await watched.view.until(/^watching /);

  moved = true;
  const next = (brokers[1] as FakeBroker).nextConnection();
  brokers[0]?.connections[0]?.drop();
  await (await next).next('subscribe');
  await watched.stop();

  expect(attempts).toBe(2);
});

test('what was known before is shown, unless better is known', async () => {
  const row = { state: 'connected', since: 1, exact: true, cause: 'event log' } as const;
  const watched = watching({ known: () => [{ ...row, device: 'pump7' }] });

  await watched.view.until(/^watching /);
  await watched.stop();

  expect(watched.view.rows()).toEqual(['pump7 connected event log']);
});

describe('subscriptions that are refused', () => {
  const refusing = (...filters: readonly string[]): Answers => ({
    subscribe: ({ messageId, subscriptions }) => ({
      cmd: 'suback',
      messageId,
      granted: subscriptions.map(({ topic, qos }) => (filters.includes(topic) ? 135 : qos)),
    }),
  });

  test('without lifecycle events wills are watched, and it is said what would allow them', async () => {
    const { view, stop } = watching({}, refusing('$aws/events/presence/#'));

    await view.until(/^watching /);
    await stop();

    expect(view.notes).toEqual([
      'no lifecycle events: they may not be watched; allow iot:Subscribe on topicfilter/$aws/events/presence/# and iot:Receive on topic/$aws/events/presence/*',
      'watching clients/+/status as desk',
    ]);
  });

  test('fails on Azure with the topic template that a binding needs', async () => {
    const topics = [{ filter: 'clients/{device}/status' }];
    const { done } = watching({ cloud: 'azure', topics }, refusing('clients/+/status'));

    await expect(done).rejects.toThrow(
      'desk may watch none of clients/+/status: give a group of this client a Subscriber binding on a topic space with the template clients/+/status; or name with --topic what it may watch',
    );
  });

  test.each([
    ['aws', 'allow iot:Connect on client/desk'],
    ['azure', 'the namespace needs an enabled client with the authentication name desk and this certificate'],
  ] as const)('fails on %s with what the connection needs', async (cloud, advice) => {
    const { done } = watching({ cloud }, { connect: () => refused(135) });

    await expect(done).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: `mqtt://broker.test:1883 refused the connection with reason code 135 (0x87, Not authorized); ${advice}`,
    });
  });

  test('fails when another client takes the session over, and says what to do', async () => {
    const { broker, view, done } = watching();
    await view.until(/^watching /);

    broker.connections[0]?.send({ cmd: 'disconnect', reasonCode: 142 });

    await expect(done).rejects.toThrow(/Session taken over\); watch as a client that nobody else connects as$/);
  });
});

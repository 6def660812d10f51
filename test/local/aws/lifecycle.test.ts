import { LifecycleEvents } from '../../../local/aws/lifecycle';
import type { BrokerEvent, DisconnectCause, Message } from '../../../local/ports';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';

const START = Date.UTC(2026, 0, 1);

function createEvents() {
  const clock = new ManualClock(START);
  const published: Message[] = [];
  const events = new LifecycleEvents({
    clock,
    randomness: seededRandomness(1),
    publish: (message) => void published.push(message),
    exclusiveThing: (principal) => (principal === 'exclusive' ? 'pump7' : undefined),
  });
  const observe = async (...all: readonly BrokerEvent[]) => {
    for (const event of all) events.observe(event);
    await Promise.resolve();
    return published.splice(0).map(({ topic, payload }) => ({ topic, ...(JSON.parse(payload.toString()) as object) }));
  };
  return { clock, events, published, observe };
}

function connected(sessionId: string, clientId = 'sensor1', principal = 'c0ffee'): BrokerEvent {
  return {
    kind: 'connect',
    clientId,
    principal,
    remoteAddress: '127.0.0.1',
    sessionId,
    sessionPresent: false,
    keepAliveSeconds: 30,
    protocolVersion: 5,
    cleanStart: true,
    sessionExpirySeconds: 0,
  };
}

function disconnected(sessionId: string, cause: DisconnectCause = 'connectionLost', clientId = 'sensor1'): BrokerEvent {
  return { kind: 'disconnect', clientId, principal: 'c0ffee', sessionId, cause };
}

// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
test('a connection is told with its session, principal, address and version', async () => {
  const { observe } = createEvents();

  expect(await observe(connected('s1'))).toEqual([
    {
      topic: '$aws/events/presence/connected/sensor1',
      clientId: 'sensor1',
      timestamp: START,
      eventType: 'connected',
      sessionIdentifier: 's1',
      principalIdentifier: 'c0ffee',
      ipAddress: '127.0.0.1',
      versionNumber: 0,
    },
  ]);
});

test('its end is told with the same version, the reason and who ended it', async () => {
  const { observe } = createEvents();

  const [, told] = await observe(connected('s1'), disconnected('s1', 'keepAliveTimeout'));

  expect(told).toEqual({
    topic: '$aws/events/presence/disconnected/sensor1',
    clientId: 'sensor1',
    timestamp: START,
    eventType: 'disconnected',
    sessionIdentifier: 's1',
    principalIdentifier: 'c0ffee',
    clientInitiatedDisconnect: false,
    disconnectReason: 'MQTT_KEEP_ALIVE_TIMEOUT',
    versionNumber: 0,
  });
});

test.each([
  ['clientDisconnect', 'CLIENT_INITIATED_DISCONNECT', true],
  ['clientDisconnectWithWill', 'CLIENT_INITIATED_DISCONNECT', true],
  ['webSocketClose', 'CLIENT_INITIATED_DISCONNECT', true],
  ['connectionLost', 'CONNECTION_LOST', false],
  ['keepAliveTimeout', 'MQTT_KEEP_ALIVE_TIMEOUT', false],
  ['sessionTakenOver', 'DUPLICATE_CLIENTID', false],
  ['protocolError', 'CLIENT_ERROR', false],
  ['notAuthorized', 'FORBIDDEN_ACCESS', false],
  ['quotaExceeded', 'THROTTLED', false],
  ['throttled', 'THROTTLED', false],
  ['sessionOverflow', 'SERVER_INITIATED_DISCONNECT', false],
  ['serverShutdown', 'SERVER_INITIATED_DISCONNECT', false],
  ['administrativeAction', 'API_INITIATED_DISCONNECT', false],
  ['connectionExpired', 'WEBSOCKET_TTL_EXPIRATION', false],
  ['serverError', 'SERVER_ERROR', false],
] as const)('%s is told as %s', async (cause, disconnectReason, clientInitiatedDisconnect) => {
  const { observe } = createEvents();

  const [, told] = await observe(connected('s1'), disconnected('s1', cause));

  expect(told).toMatchObject({ disconnectReason, clientInitiatedDisconnect });
});

test('the version grows with every connection of a client id, each for itself', async () => {
  const { observe } = createEvents();

  const told = await observe(
    connected('s1'),
    disconnected('s1'),
    connected('s2'),
    connected('x1', 'sensor2'),
    disconnected('s2'),
  );

  expect(told.map((event) => ('versionNumber' in event ? event.versionNumber : undefined))).toEqual([0, 0, 1, 0, 1]);
});

test('the version starts again after an hour of absence, and not while connected', async () => {
  const { clock, observe } = createEvents();

  await observe(connected('s1'));
  clock.advance(7_200_000);
  await observe(disconnected('s1'));
  clock.advance(3_599_999);
  const [before] = await observe(connected('s2'), disconnected('s2'));
  clock.advance(3_600_000);
  const [after] = await observe(connected('s3'));

  expect(before).toMatchObject({ versionNumber: 1 });
  expect(after).toMatchObject({ versionNumber: 0 });
});

test('a connect that the policy forbids is told as AUTHORIZATION_FAILED', async () => {
  const { observe } = createEvents();
  const explanation = { reason: 'r', action: 'iot:Connect', resource: 'a' };
  const refused = {
    kind: 'refused',
    operation: 'connect',
    clientId: 'sensor1',
    principal: 'c0ffee',
    explanation,
  } as const;

  expect(await observe(refused)).toEqual([
    expect.objectContaining({
      topic: '$aws/events/presence/connect_failed/sensor1',
      eventType: 'connect_failed',
      connectFailureReason: 'AUTHORIZATION_FAILED',
      principalIdentifier: 'c0ffee',
      sessionIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
    }),
  ]);
});

test('who is not authenticated causes no event', async () => {
  const { observe } = createEvents();
  const explanation = { reason: 'DEVICE_CERTIFICATE_NOT_REGISTERED: x' };

  expect(await observe({ kind: 'refused', operation: 'connect', clientId: 'sensor1', explanation })).toEqual([]);
});

test.each(['subscribe', 'unsubscribe'] as const)('%s is told with its topic filters', async (kind) => {
  const { observe } = createEvents();

  const told = await observe({
    kind,
    clientId: 'sensor1',
    principal: 'c0ffee',
    sessionId: 's1',
    filters: ['a/+', 'b'],
  });

  expect(told).toEqual([
    {
      topic: `$aws/events/subscriptions/${kind}d/sensor1`,
      clientId: 'sensor1',
      timestamp: START,
      eventType: `${kind}d`,
      sessionIdentifier: 's1',
      principalIdentifier: 'c0ffee',
      topics: ['a/+', 'b'],
    },
  ]);
});

test('the thing is named when it is attached exclusively', async () => {
  const { observe } = createEvents();

  expect(await observe(connected('s1', 'any', 'exclusive'))).toEqual([expect.objectContaining({ thingName: 'pump7' })]);
});

test.each(['a+b', 'a#'])('the client id %s gets no events', async (clientId) => {
  const { observe } = createEvents();

  expect(await observe(connected('s1', clientId), disconnected('s1', 'connectionLost', clientId))).toEqual([]);
});

test('an event is published only after the broker is done with what it reports', async () => {
  const { events, published } = createEvents();

  events.observe(connected('s1'));
  expect(published).toEqual([]);
  await Promise.resolve();

  expect(published).toHaveLength(1);
});

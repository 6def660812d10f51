import { readPresenceSignal } from '../../presence/presence-signal';

const message = (topic: string, payload: string, retain = false) => ({ topic, payload: Buffer.from(payload), retain });
const any = { topics: [{ filter: '#' }] };

describe('lifecycle events (https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html)', () => {
  test('the end of a connection is read with its reason, time and version', () => {
    const event = {
      clientId: 'pump7',
      timestamp: 1573002340451,
      eventType: 'disconnected',
      sessionIdentifier: 'a4666d2a7d844ae4ac5d7b38c9cb7967',
      clientInitiatedDisconnect: false,
      disconnectReason: 'CONNECTION_LOST',
      versionNumber: 12,
    };

    const signal = readPresenceSignal(message('$aws/events/presence/disconnected/pump7', JSON.stringify(event)), any);

    expect(signal).toEqual({
      kind: 'lifecycle',
      event: 'disconnected',
      device: 'pump7',
      at: 1573002340451,
      version: 12,
      reason: 'CONNECTION_LOST',
    });
  });

  test('a refused connection is read with the reason of the failure', () => {
    const event = { clientId: 'pump7', timestamp: 5, connectFailureReason: 'AUTHORIZATION_FAILED' };

    const signal = readPresenceSignal(message('$aws/events/presence/connect_failed/pump7', JSON.stringify(event)), any);

    expect(signal).toMatchObject({ event: 'connect_failed', reason: 'AUTHORIZATION_FAILED' });
  });

  test.each(['not JSON', '{}', '{"clientId":"pump7"}', '[]'])('%s is no event', (payload) => {
    expect(readPresenceSignal(message('$aws/events/presence/connected/pump7', payload), any)).toBeUndefined();
  });
});

test('the will of the device agent names its device and its session', () => {
  const payload =
    '{"state":{"reported":{"last_will":"yes","trigger_action":"on","client_id":"pump7"}},"session":{"id":"s1","connected_at":42}}';

  expect(readPresenceSignal(message('/last/will/topic', payload), any)).toEqual({
    kind: 'message',
    says: 'offline',
    device: 'pump7',
    topic: '/last/will/topic',
    isWill: true,
    session: { sessionId: 's1', connectedAt: 42 },
    retained: false,
  });
});

test.each([
  ['online', 'online'],
  [' Offline\n', 'offline'],
  ['{"status":"connected"}', 'online'],
  ['{"state":"lost"}', 'offline'],
  ['{"state":{"reported":{"online":false}}}', 'offline'],
  ['{"connected":true,"state":"whatever"}', 'online'],
])('%j says %s', (payload, says) => {
  const reading = { topics: [{ filter: 'clients/{device}/status' }] };

  expect(readPresenceSignal(message('clients/pump7/status', payload), reading)).toMatchObject({
    says,
    device: 'pump7',
  });
});

test.each(['', '21.5', 'true', '{"celsius":21.5}', '{"state":"constructor"}', '__proto__', '["offline"]'])(
  '%j says nothing of presence',
  (payload) => {
    const reading = { topics: [{ filter: 'clients/{device}/status' }] };

    expect(readPresenceSignal(message('clients/pump7/status', payload), reading)).toBeUndefined();
  },
);

test('on a topic of wills every payload is one', () => {
  const reading = { topics: [{ filter: 'gone/{device}', says: 'offline' as const }] };

  expect(readPresenceSignal(message('gone/pump7', ''), reading)).toMatchObject({ says: 'offline', device: 'pump7' });
});

test('the name may be a part of a topic level', () => {
  const reading = { topics: [{ filter: 'site/dev-{device}-x/status' }] };

  expect(readPresenceSignal(message('site/dev-pump7-x/status', 'online'), reading)).toMatchObject({ device: 'pump7' });
  expect(readPresenceSignal(message('site/pump7/status', 'online'), reading)).toBeUndefined();
});

test('the topic, in which a policy lets a device write, wins over what the payload claims', () => {
  const reading = { topics: [{ filter: 'clients/{device}/status' }] };

  const signal = readPresenceSignal(message('clients/pump7/status', '{"state":"lost","client_id":"pump8"}'), reading);

  expect(signal?.device).toBe('pump7');
});

test('a topic level that is a known name names the device', () => {
  const reading = { topics: [{ filter: '#' }], names: new Set(['pump7']) };

  expect(readPresenceSignal(message('any/pump7/end', 'offline'), reading)).toMatchObject({ device: 'pump7' });
  expect(readPresenceSignal(message('any/pump8/end', 'offline'), reading)).toBeUndefined();
});

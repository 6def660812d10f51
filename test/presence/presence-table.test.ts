import type { LifecycleSignal, PresenceMessageSignal } from '../../presence/presence-signal';
import { PresenceTable } from '../../presence/presence-table';

const TOPIC = 'clients/pump7/status';

function told(says: 'online' | 'offline', more: Partial<PresenceMessageSignal> = {}): PresenceMessageSignal {
  return { kind: 'message', says, device: 'pump7', topic: TOPIC, isWill: says === 'offline', retained: false, ...more };
}

function event(name: LifecycleSignal['event'], at: number, more: Partial<LifecycleSignal> = {}): LifecycleSignal {
  return { kind: 'lifecycle', event: name, device: 'pump7', at, ...more };
}

const session = (sessionId: string, connectedAt: number) => ({ session: { sessionId, connectedAt } });

/** The row after everything that was told, in this order, each a second after the one before. */
function rowAfter(...signals: readonly (PresenceMessageSignal | LifecycleSignal)[]) {
  const table = new PresenceTable();
  for (const [index, signal] of signals.entries()) table.apply(signal, (index + 1) * 1000);
  return table.rows[0];
}

describe('wills and births alone', () => {
  test('a birth connects a device, its will disconnects it', () => {
    const table = new PresenceTable();

    expect(table.apply(told('online'), 1000)).toEqual({
      device: 'pump7',
      state: 'connected',
      since: 1000,
      exact: true,
      cause: `birth on ${TOPIC}`,
    });
    expect(table.apply(told('offline'), 2000)).toMatchObject({
      state: 'disconnected',
      since: 2000,
      cause: `last will on ${TOPIC}`,
    });
  });

  test('a will that comes after the birth of the next session is ignored (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-lwt)', () => {
    const row = rowAfter(
      told('online', session('first', 1)),
      told('online', session('second', 2)),
      told('offline', session('first', 1)),
    );

    expect(row).toMatchObject({ state: 'connected', since: 1000 });
  });

  test('the will of a session whose birth was not seen counts when it is newer than the one that was', () => {
    const row = rowAfter(told('online', session('first', 1)), told('offline', session('second', 2)));

    expect(row?.state).toBe('disconnected');
  });

  test('a birth that comes after the will of its own session is ignored', () => {
    const row = rowAfter(
      told('online', session('first', 1)),
      told('offline', session('first', 1)),
      told('online', session('first', 1)),
    );

    expect(row?.state).toBe('disconnected');
  });

  test('a goodbye that does not call itself a will is not called one', () => {
    expect(rowAfter(told('offline', { isWill: false }))?.cause).toBe(`said to be offline on ${TOPIC}`);
  });

  test('a second will of a dead device is no news', () => {
    const table = new PresenceTable();
    table.apply(told('offline'), 1000);

    expect(table.apply(told('offline', { topic: '/lwt/executed' }), 2000)).toBeUndefined();
    expect(table.rows[0]).toMatchObject({ since: 1000, cause: `last will on ${TOPIC}` });
  });

  test('a retained will is older than the watch', () => {
    expect(rowAfter(told('offline', { retained: true }))).toMatchObject({ since: 1000, exact: false });
  });

  test('a retained birth says itself since when', () => {
    const row = rowAfter(told('online', { retained: true, ...session('first', 42) }));

    expect(row).toMatchObject({ since: 42, exact: true });
  });

  test('a retained message does not undo what was seen live', () => {
    expect(rowAfter(told('online'), told('offline', { retained: true }))?.state).toBe('connected');
  });
});

describe('lifecycle events (https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html)', () => {
  test('a will that comes first explains the end that the event tells', () => {
    const row = rowAfter(
      event('connected', 10, { version: 1 }),
      told('offline'),
      event('disconnected', 20, { version: 1, reason: 'CONNECTION_LOST' }),
    );

    expect(row).toMatchObject({ state: 'disconnected', since: 20, cause: `CONNECTION_LOST, last will on ${TOPIC}` });
  });

  test('a will that comes after the event is added to the cause', () => {
    const row = rowAfter(
      event('connected', 10, { version: 1 }),
      event('disconnected', 20, { version: 1, reason: 'CONNECTION_LOST' }),
      told('offline'),
    );

    expect(row).toMatchObject({ since: 20, cause: `CONNECTION_LOST, last will on ${TOPIC}` });
  });

  test('a late will does not disconnect a device that is connected again', () => {
    const row = rowAfter(
      event('disconnected', 20, { version: 1, reason: 'MQTT_KEEP_ALIVE_TIMEOUT' }),
      event('connected', 30, { version: 2 }),
      told('offline'),
    );

    expect(row).toMatchObject({ state: 'connected', since: 30 });
  });

  test('a device that disconnects properly has no will', () => {
    const row = rowAfter(
      event('connected', 30, { version: 2 }),
      told('offline'),
      event('disconnected', 40, { version: 2, reason: 'CLIENT_INITIATED_DISCONNECT' }),
    );

    expect(row?.cause).toBe('CLIENT_INITIATED_DISCONNECT');
  });

  test.each([
    ['the beginning of a connection after its end', event('connected', 10, { version: 2 })],
    ['the end of a connection before the last one', event('disconnected', 25, { version: 1, reason: 'CLIENT_ERROR' })],
    ['the same end again', event('disconnected', 20, { version: 2, reason: 'CLIENT_ERROR' })],
  ])('%s is late and changes nothing', (_, late) => {
    const row = rowAfter(event('disconnected', 20, { version: 2, reason: 'CONNECTION_LOST' }), late);

    expect(row).toMatchObject({ state: 'disconnected', since: 20, cause: 'CONNECTION_LOST' });
  });

  test('version numbers count from 0 again after an hour of absence', () => {
    const row = rowAfter(event('disconnected', 0, { version: 9 }), event('connected', 3_600_000, { version: 0 }));

    expect(row).toMatchObject({ state: 'connected', since: 3_600_000 });
  });

  test('a takeover is news: the device is connected since then', () => {
    const table = new PresenceTable();
    table.apply(event('connected', 10, { version: 1 }), 10);

    expect(table.apply(event('connected', 20, { version: 2 }), 20)).toMatchObject({ state: 'connected', since: 20 });
  });

  test('the event that confirms a birth is no news', () => {
    const table = new PresenceTable();
    table.apply(told('online'), 10);

    expect(table.apply(event('connected', 9, { version: 1 }), 11)).toBeUndefined();
  });

  test('a birth that comes after the end is ignored', () => {
    const row = rowAfter(
      event('connected', 10, { version: 1 }),
      event('disconnected', 20, { version: 1, reason: 'CONNECTION_LOST' }),
      told('online'),
    );

    expect(row?.state).toBe('disconnected');
  });

  test('a refused attempt is shown while the device is away', () => {
    const row = rowAfter(event('connect_failed', 5, { reason: 'AUTHORIZATION_FAILED' }));

    expect(row).toMatchObject({ state: 'refused', since: 5, cause: 'connection refused: AUTHORIZATION_FAILED' });
  });

  test('a refused attempt under the id of a connected device changes nothing', () => {
    const row = rowAfter(event('connected', 1, { version: 1 }), event('connect_failed', 5));

    expect(row?.state).toBe('connected');
  });
});

describe('clocks that are not right', () => {
  test('a device whose clock was set back is connected by its birth, although that seems older', () => {
    const row = rowAfter(
      told('online', session('first', 1_700_000_000_000)),
      told('online', session('second', 5_000)),
      told('offline', session('first', 1_700_000_000_000)),
    );

    expect(row?.state).toBe('connected');
  });

  test('a device that died and was born again in the same second of its clock is connected', () => {
    const row = rowAfter(
      told('online', session('first', 0)),
      told('offline', session('first', 0)),
      told('online', session('second', 0)),
    );

    expect(row?.state).toBe('connected');
  });

  test('the will of a device without a clock disconnects it', () => {
    const row = rowAfter(
      told('online', session('first', 0)),
      told('online', session('second', 0)),
      told('offline', session('second', 0)),
    );

    expect(row?.state).toBe('disconnected');
  });

  test.each([
    ['ahead', 1_700_000_000_001],
    ['not set', 3_000],
  ])('a retained birth of a device whose clock is %s does not say since when', (_, connectedAt) => {
    const table = new PresenceTable();

    const row = table.apply(told('online', { retained: true, ...session('first', connectedAt) }), 1_700_000_000_000);

    expect(row).toMatchObject({ since: 1_700_000_000_000, exact: false });
  });

  test('an end with a larger version number that is much older belongs to a count before (https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html)', () => {
    const row = rowAfter(
      event('connected', 3_600_000, { version: 0 }),
      event('disconnected', 0, { version: 9, reason: 'CONNECTION_LOST' }),
    );

    expect(row).toMatchObject({ state: 'connected', since: 3_600_000 });
  });

  test('a late will of the connection before is not the cause of the next end', () => {
    const table = new PresenceTable();
    table.apply(event('connected', 10, { version: 2 }), 10);
    table.apply(told('offline'), 20);

    table.apply(event('disconnected', 90_000, { version: 2, reason: 'SERVER_ERROR' }), 90_000);

    expect(table.rows[0]?.cause).toBe('SERVER_ERROR');
  });
});

test('a device more than the table may hold is not followed, those in it are', () => {
  const table = new PresenceTable(2);
  for (const device of ['a', 'b', 'c']) table.apply(told('online', { device }), 1);

  table.apply(told('offline', { device: 'b' }), 2);

  expect(table.isFull).toBe(true);
  expect(table.rows.map(({ device, state }) => `${device} ${state}`)).toEqual(['a connected', 'b disconnected']);
});

test('rows are sorted as people sort names', () => {
  const table = new PresenceTable();
  for (const device of ['pump10', 'pump9', 'fan1']) table.apply(told('online', { device }), 1);

  expect(table.rows.map(({ device }) => device)).toEqual(['fan1', 'pump9', 'pump10']);
});

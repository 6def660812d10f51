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

describe('what cannot be known', () => {
  test('an expected device is unknown until something is told of it', () => {
    const table = new PresenceTable();
    table.expect(['pump7', 'fan1'], 5);

    table.apply(told('online'), 10);

    expect(table.rows).toEqual([
      { device: 'fan1', state: 'unknown', since: 5, exact: true, cause: 'nothing was heard of it yet' },
      expect.objectContaining({ device: 'pump7', state: 'connected', since: 10 }),
    ]);
  });

  test('while nobody watches every state becomes unknown', () => {
    const table = new PresenceTable();
    table.apply(told('online'), 10);

    expect(table.lost(20)).toEqual([
      { device: 'pump7', state: 'unknown', since: 20, exact: true, cause: 'not watched, was connected before' },
    ]);
    expect(table.lost(30)).toEqual([]);
  });

  test.each([
    ['a birth', told('online'), 'connected'],
    ['a will', told('offline'), 'disconnected'],
    ['a retained message', told('online', { retained: true }), 'connected'],
    ['the end of the connection from before', event('disconnected', 25, { version: 1 }), 'disconnected'],
    ['a connection that is new', event('connected', 25, { version: 2 }), 'connected'],
    ['a connection with the first version number', event('connected', 25, { version: 0 }), 'connected'],
  ])('after a gap %s says what is', (_, signal, state) => {
    const table = new PresenceTable();
    table.apply(event('connected', 10, { version: 1 }), 10);
    table.lost(20);

    expect(table.apply(signal, 30)?.state).toBe(state);
  });

  test('a retained birth of a session whose will was seen before the gap says nothing', () => {
    const table = new PresenceTable();
    table.apply(told('online', session('first', 1)), 10);
    table.apply(told('offline', session('first', 1)), 11);
    table.lost(20);

    expect(table.apply(told('online', { retained: true, ...session('first', 1) }), 30)).toBeUndefined();
    expect(table.rows[0]?.state).toBe('unknown');
  });

  test('what another source knows is taken over only where nothing is known', () => {
    const table = new PresenceTable();
    const row = { state: 'connected', since: 1, exact: true, cause: 'event log' } as const;
    table.apply(told('offline'), 10);
    table.expect(['fan1'], 10);

    expect(table.adopt({ ...row, device: 'pump7' })).toBe(false);
    expect(table.adopt({ ...row, device: 'fan1' })).toBe(true);
    expect(
      table.apply(event('disconnected', 20, { device: 'fan1', version: 3, reason: 'CONNECTION_LOST' }), 20),
    ).toEqual({ device: 'fan1', state: 'disconnected', since: 20, exact: true, cause: 'CONNECTION_LOST' });
  });
});

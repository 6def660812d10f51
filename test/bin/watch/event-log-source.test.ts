import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventLogSource } from '../../../bin/watch/event-log-source';
import { watchPresence } from '../../../bin/watch/watch-presence';
import { ManualClock } from '../../../presence/clock';
import { temporaryDirectory } from '../temporary-directory';
import { RecordingView } from './recording-view';

const directory = temporaryDirectory();
const state = (): string => join(directory.path, 'state');
const log = (): string => join(state(), 'events.ndjson');

function runs(startedAt: string, pid = process.pid): void {
  mkdirSync(state(), { recursive: true });
  const azure = {
    endpoint: 'mqtts://localhost:1',
    host: 'localhost',
    port: 1,
    identities: { sensor1: { directory: 'azure/sensor1' }, fan1: { directory: 'azure/fan1' } },
  };
  writeFileSync(join(state(), 'local.json'), JSON.stringify({ pid, startedAt, azure }));
}

function line(type: string, seconds: number, more: object = {}): string {
  const time = new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
  return `${JSON.stringify({ time, cloud: 'azure', type, clientId: 'session-7', principal: 'sensor1', ...more })}\n`;
}

const connect = (seconds: number, sessionId: string): string => line('connect', seconds, { sessionId });
const disconnect = (seconds: number, sessionId: string, cause: string): string =>
  line('disconnect', seconds, { sessionId, cause });

/** Watches the log; the view has what was known before. */
function watching() {
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 1));
  const view = new RecordingView();
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const sources = [new EventLogSource({ cloud: 'azure', state: state(), clock })];
  const done = watchPresence({ sources, view, clock, interrupted });
  const stop = async (): Promise<void> => {
    interrupt();
    await done;
  };
  return { clock, view, stop };
}

test('who was connected before is known, other clients are unknown', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), connect(5, 'a'));

  const { view, stop } = watching();
  await stop();

  expect(view.rows()).toEqual(['fan1 unknown nothing was heard of it yet', 'sensor1 connected event log']);
});

test('what an embedded cloud that ran before has logged does not count', async () => {
  runs('2026-01-01T00:01:00.000Z');
  writeFileSync(log(), connect(5, 'a'));

  const { view, stop } = watching();
  await stop();

  expect(view.rows()).toContain('sensor1 unknown nothing was heard of it yet');
});

test('the end of a connection and its will are seen as they are logged (https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-life-cycle-events)', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), connect(5, 'a'));
  const { clock, view, stop } = watching();

  appendFileSync(log(), disconnect(6, 'a', 'connectionLost'));
  appendFileSync(log(), line('will', 6, { topic: 'clients/sensor1/status', outcome: 'published' }));
  clock.advance(200);
  await stop();

  expect(view.rows()).toContain('sensor1 disconnected ConnectionLost, last will on clients/sensor1/status');
});

test('a takeover, whose end is logged after the new beginning, leaves the client connected', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), connect(5, 'a') + connect(6, 'b') + disconnect(6, 'a', 'sessionTakenOver'));

  const { view, stop } = watching();
  await stop();

  expect(view.rows()).toContain('sensor1 connected event log');
});

test('a line is read once it is complete, also when the log is begun anew meanwhile', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), connect(5, 'a').slice(0, 40));
  const { clock, view, stop } = watching();

  appendFileSync(log(), connect(5, 'a').slice(40));
  renameSync(log(), join(state(), 'events.1.ndjson'));
  writeFileSync(log(), disconnect(6, 'a', 'clientDisconnect'));
  clock.advance(200);
  await stop();

  expect(view.changes.map(({ state: to }) => to)).toEqual(['connected', 'disconnected']);
});

test('while the embedded cloud does not run nothing is known, until it runs again', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), connect(5, 'a'));
  const { clock, view, stop } = watching();

  runs('2026-01-01T00:00:00.000Z', 2 ** 30);
  clock.advance(200);
  expect(view.rows()).toContain('sensor1 unknown not watched, was connected before');
  runs('2026-01-01T00:00:20.000Z');
  appendFileSync(log(), connect(21, 'b'));
  clock.advance(200);
  await stop();

  expect(view.rows()).toContain('sensor1 connected event log');
  expect(view.notes).toEqual([
    expect.stringMatching(/^watching the event log in /),
    'the embedded cloud has ended; waiting until it runs again',
    expect.stringMatching(/^watching the event log in .* again$/),
  ]);
});

test('a refused attempt is shown with the reason', async () => {
  runs('2026-01-01T00:00:00.000Z');
  writeFileSync(log(), line('refused', 5, { operation: 'connect', reason: 'the certificate is not registered' }));

  const { view, stop } = watching();
  await stop();

  expect(view.rows()).toContain('sensor1 refused connection refused: the certificate is not registered');
});

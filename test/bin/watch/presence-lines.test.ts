import { PresenceLines } from '../../../bin/watch/presence-lines';
import { ManualClock } from '../../../presence/clock';
import { Paper, watchedRow } from './paper';

function shown(options: { readonly json?: boolean; readonly namesCloud?: boolean } = {}) {
  const [output, notes, clock] = [new Paper(), new Paper(), new ManualClock()];
  const lines = new PresenceLines(output, notes, clock, { json: false, namesCloud: false, ...options });
  return { output, notes, clock, lines };
}

test('each change is a line, notes go elsewhere', () => {
  const { output, notes, clock, lines } = shown();

  lines.changed(watchedRow('pump7', 'disconnected'));
  lines.note('watching #');
  clock.advance(300);

  expect(output.text).toBe('2026-01-02T03:04:05.000Z  pump7  disconnected  CONNECTION_LOST\n');
  expect(notes.text).toBe('watching #\n');
});

test('where two clouds are watched each line says which', () => {
  const { output, lines } = shown({ namesCloud: true });

  lines.changed(watchedRow('sensor1', 'connected', { cloud: 'azure', cause: 'event log' }));
  lines.close();

  expect(output.text).toBe('2026-01-02T03:04:05.000Z  azure  sensor1  connected  event log\n');
});

test('what was told by a retained message is older', () => {
  const { output, lines } = shown();

  lines.changed(watchedRow('pump7', 'connected', { cause: 'birth on b', exact: false }));
  lines.close();

  expect(output.text).toBe('before 2026-01-02T03:04:05.000Z  pump7  connected  birth on b\n');
});

test('with --json each change is an object', () => {
  const { output, lines } = shown({ json: true });

  lines.changed(watchedRow('pump7', 'connected', { cause: 'birth on b' }));
  lines.close();

  expect(output.text).toBe(
    '{"device":"pump7","state":"connected","since":"2026-01-02T03:04:05.000Z","exact":true,"cause":"birth on b","cloud":"aws"}\n',
  );
});

test('a will and the lifecycle event of the same end are one line', () => {
  const { output, clock, lines } = shown();

  lines.changed(watchedRow('pump7', 'disconnected', { cause: 'last will on w' }));
  clock.advance(299);
  lines.changed(watchedRow('pump7', 'disconnected', { cause: 'CONNECTION_LOST, last will on w' }));
  clock.advance(1);

  expect(output.text).toBe('2026-01-02T03:04:05.000Z  pump7  disconnected  CONNECTION_LOST, last will on w\n');
});

test('a device that is back at once has not been away in secret', () => {
  const { output, lines } = shown();

  lines.changed(watchedRow('pump7', 'disconnected'));
  lines.changed(watchedRow('pump7', 'connected', { cause: 'lifecycle event' }));
  lines.close();

  expect(output.text.match(/connected|disconnected/g)).toEqual(['disconnected', 'connected']);
});

test('devices of the same name in two clouds are two', () => {
  const { output, lines } = shown({ json: true });

  lines.changed(watchedRow('pump7', 'connected'));
  lines.changed(watchedRow('pump7', 'connected', { cloud: 'azure' }));
  lines.close();

  expect(output.text.trimEnd().split('\n')).toHaveLength(2);
});

test('nothing in a name steers the terminal', () => {
  const { output, lines } = shown();

  lines.changed(watchedRow('a\u001b[2Jb\r\nc\u202ed', 'connected'));
  lines.close();

  expect(output.text).toContain('a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}c\u{FFFD}d');
});

import { styleFor } from '../../../bin/style';
import { PresenceScreen } from '../../../bin/watch/presence-screen';
import { ManualClock } from '../../../presence/clock';
import { Paper, watchedRow } from './paper';

const NOW = Date.UTC(2026, 0, 2, 4);

function screenOn(paper: Paper, options: { readonly namesCloud?: boolean } = {}) {
  const clock = new ManualClock(NOW);
  const screen = new PresenceScreen(paper, styleFor({ isTTY: false }), clock, { namesCloud: false, ...options });
  return { screen, clock };
}

/** The lines of the table, without what steers the terminal. */
function linesOf(text: string): string[] {
  const lines = text.replace(/\p{Cc}\[[?\d]*[A-Za-z]/gu, '').split('\n');
  return lines.slice(0, -1);
}

test('a table with a row for each device is drawn', () => {
  const paper = new Paper();
  const { screen, clock } = screenOn(paper);

  screen.expected([watchedRow('fan1', 'connected', { cause: 'lifecycle event' })]);
  paper.take();
  screen.changed(watchedRow('pump7', 'disconnected'));
  clock.advance(150);

  expect(linesOf(paper.text)).toEqual([
    'device  state         since                 cause',
    'pump7   disconnected  2026-01-02 03:04:05Z  CONNECTION_LOST',
    'fan1    connected     2026-01-02 03:04:05Z  lifecycle event',
    '1 connected, 1 disconnected',
  ]);
  screen.close();
});

test('where two clouds are watched a column says which', () => {
  const paper = new Paper();
  const { screen } = screenOn(paper, { namesCloud: true });

  screen.changed(watchedRow('sensor1', 'unknown', { cloud: 'azure', cause: 'nothing was heard of it yet' }));

  expect(linesOf(paper.text).slice(0, 2)).toEqual([
    'cloud   device   state    since                 cause',
    'azure   sensor1  unknown  2026-01-02 03:04:05Z  nothing was heard of it yet',
  ]);
  screen.close();
});

test('the table has a screen of its own; the last one stays when it is left', () => {
  const paper = new Paper();
  const { screen } = screenOn(paper);

  screen.changed(watchedRow('pump7', 'connected'));
  expect(paper.take().startsWith('\u001b[?1049h\u001b[H')).toBe(true);
  screen.close();

  expect(paper.text.startsWith('\u001b[?1049ldevice')).toBe(true);
});

test('a storm of changes draws the table once in 150 ms', () => {
  const paper = new Paper({ rows: 24, columns: 80 });
  const { screen, clock } = screenOn(paper);

  for (let number = 0; number < 5_000; number += 1) screen.changed(watchedRow(`pump${number}`, 'connected'));
  clock.advance(149);
  const drawnAtOnce = paper.text.split('\u001b[H').length - 1;
  clock.advance(1);

  expect(drawnAtOnce).toBe(1);
  expect(paper.text.split('\u001b[H')).toHaveLength(3);
  expect(linesOf(paper.text)).toContain('5000 connected; 4979 more not shown');
  screen.close();
});

test('a change of the terminal’s size draws the table anew', () => {
  const paper = new Paper({ columns: 80 });
  const { screen, clock } = screenOn(paper);
  screen.changed(watchedRow('pump7', 'disconnected'));
  clock.advance(150);
  paper.take();

  paper.resize(30);

  expect(linesOf(paper.text)[1]).toBe('pump7   disconnected');
  screen.close();
  paper.take();
  paper.resize(80);
  expect(paper.text).toBe('');
});

test('a terminal that does not know its size gets 80 columns and 24 lines', () => {
  const paper = new Paper({ columns: 0, rows: 0 });

  screenOn(paper).screen.changed(watchedRow('pump7', 'disconnected', { cause: 'x'.repeat(99) }));

  expect(linesOf(paper.text)[1]).toHaveLength(79);
});

test('where there is no room for everybody, those who went last are shown', () => {
  const paper = new Paper({ rows: 5 });
  const { screen } = screenOn(paper);

  screen.expected([
    watchedRow('a', 'connected'),
    watchedRow('b', 'disconnected', { since: NOW - 3000 }),
    watchedRow('c', 'disconnected', { since: NOW - 1000 }),
    watchedRow('d', 'refused', { since: NOW - 2000 }),
  ]);

  expect(linesOf(paper.text).map((line) => line.split(' ')[0])).toEqual(['device', 'c', 'd', '1']);
  expect(linesOf(paper.text)[3]).toBe('1 connected, 2 disconnected, 1 refused; 2 more not shown');
  screen.close();
});

test('the latest three notes are below the table, none of them twice', () => {
  const paper = new Paper();
  const { screen } = screenOn(paper);
  for (const note of [
    'first',
    'aws: watching #',
    'no lifecycle events',
    'azure: watching the event log',
    'aws: watching #',
  ]) {
    screen.note(note);
  }
  paper.take();

  screen.close();

  expect(linesOf(paper.text).slice(-3)).toEqual([
    'no lifecycle events',
    'azure: watching the event log',
    'aws: watching #',
  ]);
});

test('the table fits a terminal of three lines', () => {
  const paper = new Paper({ rows: 3 });
  const { screen } = screenOn(paper);

  screen.changed(watchedRow('pump7', 'connected'));

  expect(linesOf(paper.text)).toHaveLength(2);
  screen.close();
});

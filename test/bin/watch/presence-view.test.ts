import { styleFor } from '../../../bin/style';
import { PresenceLines, PresenceScreen } from '../../../bin/watch/presence-view';
import type { PresenceRow } from '../../../presence/presence-table';

const row = (device: string, state: PresenceRow['state'], cause = 'CONNECTION_LOST'): PresenceRow => ({
  device,
  state,
  since: Date.UTC(2026, 0, 2, 3, 4, 5),
  exact: true,
  cause,
});

/** Keeps what is written to it. */
class Paper {
  text = '';
  readonly columns?: number;
  readonly rows?: number;

  constructor(size: { readonly columns?: number; readonly rows?: number } = {}) {
    this.columns = size.columns;
    this.rows = size.rows;
  }

  write = (text: string): void => {
    this.text += text;
  };
}

describe('where the output is no terminal', () => {
  test('each change is a line, notes go elsewhere', () => {
    const [output, notes] = [new Paper(), new Paper()];
    const lines = new PresenceLines(output, notes, { json: false });

    lines.changed(row('pump7', 'disconnected'));
    lines.note('watching #');

    expect(output.text).toBe('2026-01-02T03:04:05.000Z  pump7  disconnected  CONNECTION_LOST\n');
    expect(notes.text).toBe('watching #\n');
  });

  test('what was told by a retained message is older', () => {
    const output = new Paper();

    new PresenceLines(output, output, { json: false }).changed({
      ...row('pump7', 'connected', 'birth on b'),
      exact: false,
    });

    expect(output.text).toBe('before 2026-01-02T03:04:05.000Z  pump7  connected  birth on b\n');
  });

  test('with --json each change is an object', () => {
    const output = new Paper();

    new PresenceLines(output, output, { json: true }).changed(row('pump7', 'connected', 'birth on b'));

    expect(output.text).toBe(
      '{"device":"pump7","state":"connected","since":"2026-01-02T03:04:05.000Z","exact":true,"cause":"birth on b"}\n',
    );
  });
});

test('nothing in a name steers the terminal', () => {
  const output = new Paper();

  new PresenceLines(output, output, { json: false }).changed(row('a\u001b[2Jb\r\nc', 'connected'));

  expect(output.text).toContain('a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}c');
});

describe('on a terminal', () => {
  const screen = (paper: Paper): PresenceScreen => new PresenceScreen(paper, styleFor({ isTTY: false }));

  test('a table with a row for each device is drawn', () => {
    const paper = new Paper();
    const pump = row('pump7', 'disconnected');

    screen(paper).changed(pump, [row('fan1', 'connected', 'lifecycle event'), pump]);

    expect(paper.text.split('\n').map((line) => line.trimEnd())).toEqual([
      'device  state         since                 cause',
      'pump7   disconnected  2026-01-02 03:04:05Z  CONNECTION_LOST',
      'fan1    connected     2026-01-02 03:04:05Z  lifecycle event',
      '1 connected, 1 not.',
      '',
    ]);
  });

  test('the next table takes the place of the one before', () => {
    const paper = new Paper();
    const table = screen(paper);
    table.changed(row('pump7', 'connected'), [row('pump7', 'connected')]);
    paper.text = '';

    table.changed(row('pump7', 'disconnected'), [row('pump7', 'disconnected')]);

    expect(paper.text.startsWith('\u001b[3A\u001b[0Jdevice')).toBe(true);
  });

  test('where there is no room for everybody, those who are gone are shown', () => {
    const paper = new Paper({ rows: 5, columns: 60 });
    const rows = [row('a', 'connected'), row('b', 'connected'), row('c', 'disconnected')];

    screen(paper).changed(rows[2] as PresenceRow, rows);

    expect(paper.text.split('\n')[1]).toMatch(/^c /);
    expect(paper.text).toContain('2 connected, 1 not; 2 more not shown');
  });

  test('no line is longer than the terminal is wide', () => {
    const paper = new Paper({ columns: 30 });

    screen(paper).changed(row('pump7', 'disconnected', 'x'.repeat(99)), [row('pump7', 'disconnected', 'x'.repeat(99))]);

    expect(Math.max(...paper.text.split('\n').map((line) => line.length))).toBe(29);
  });
});

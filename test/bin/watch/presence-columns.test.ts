import { layOut } from '../../../bin/watch/presence-columns';
import { widthOf } from '../../../bin/watch/terminal-text';
import { watchedRow } from './paper';

const NOW = Date.UTC(2026, 0, 2, 4);
const lineOf = (row: ReturnType<typeof watchedRow>, columns: number, namesCloud = false): string =>
  layOut([row], { columns, namesCloud, now: NOW }).lines[0] as string;

test('a name as long as MQTT allows leaves room for the state', () => {
  const row = watchedRow('n'.repeat(65_535), 'disconnected', {
    cause: 'CONNECTION_LOST, last will on clients/n/status',
  });

  expect(lineOf(row, 79)).toBe(`${'n'.repeat(15)}…  disconnected  2026-01-02 03:04:05Z  CONNECTION_LOST, last wi…`);
});

test('on a narrow terminal times of today are without their date', () => {
  expect(lineOf(watchedRow('pump7', 'disconnected'), 50)).toBe('pump7   disconnected  03:04:05Z  CONNECTION_LOST');
});

test.each([
  [40, 'pump7   disconnected  03:04:05Z'],
  [25, 'pump7   disconnected'],
  [18, 'pum…  disconnected'],
])('with %d columns the device and its state are kept', (columns, line) => {
  expect(lineOf(watchedRow('pump7', 'disconnected'), columns)).toBe(line);
});

test.each([79, 60, 40, 20, 10, 3])('no line is wider than %d columns', (columns) => {
  const row = watchedRow('ポンプ七号機👩‍🚒e\u0301'.repeat(9), 'disconnected', {
    cloud: 'azure',
    cause: '原因'.repeat(40),
  });

  const { head, lines } = layOut([row, watchedRow('pump7', 'connected')], { columns, namesCloud: true, now: NOW });

  expect(Math.max(...[head, ...lines].map(widthOf))).toBeLessThanOrEqual(columns);
});

test('columns stay in line behind characters of two columns', () => {
  const rows = [watchedRow('ポンプ', 'connected', { cause: 'x' }), watchedRow('pump', 'connected', { cause: 'x' })];

  const { lines } = layOut(rows, { columns: 79, namesCloud: false, now: NOW });

  expect(lines).toEqual(['ポンプ  connected  2026-01-02 03:04:05Z  x', 'pump    connected  2026-01-02 03:04:05Z  x']);
});

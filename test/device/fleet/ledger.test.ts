import { Ledger } from '../../../device/fleet/ledger';

test('a cut expects one will, and its latency runs from the cut', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'cut', 1_000);
  ledger.will('a', 1_040);

  const report = ledger.report(5_000);

  expect(report.wills).toEqual({ expected: 1, seen: 1, missing: 0, duplicated: 0, late: 0, unexpected: 0 });
  expect(report.cutLatencyMilliseconds).toEqual({ count: 1, p50: 40, p90: 40, p99: 40, maximum: 40 });
});

test('a will that does not come is missing', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'lost', 1_000);

  expect(ledger.report(5_000).wills).toMatchObject({ expected: 1, seen: 0, missing: 1 });
});

test('every further will of a connection is duplicated', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'cut', 0);
  for (const at of [1, 2, 3]) ledger.will('a', at);

  expect(ledger.report(5_000).wills).toMatchObject({ seen: 1, duplicated: 2 });
});

test.each([
  [5_000, 0],
  [5_001, 1],
])('a will %i ms after the cut makes %i late', (at, late) => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'cut', 0);
  ledger.will('a', at);

  expect(ledger.report(5_000).wills.late).toBe(late);
});

test('a silent device leaves the broker one and a half times the keep alive before its will is late', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'silence', 0, 45_000);
  ledger.will('a', 49_000);

  const report = ledger.report(5_000);

  expect(report.wills.late).toBe(0);
  expect(report.silenceLatencyMilliseconds?.maximum).toBe(49_000);
});

test('a will after DISCONNECT or of a connection that stands is unexpected', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.connected('b');
  ledger.ended('a', 'clean exit', 0);
  ledger.will('a', 10);
  ledger.will('b', 10);

  expect(ledger.report(5_000).wills).toEqual({
    expected: 0,
    seen: 0,
    missing: 0,
    duplicated: 0,
    late: 0,
    unexpected: 2,
  });
});

test('the first end of a connection counts', () => {
  const ledger = new Ledger();
  ledger.connected('a');
  ledger.ended('a', 'clean exit', 0);
  ledger.ended('a', 'lost', 1);

  expect(ledger.report(5_000).ends).toEqual({ cut: 0, silence: 0, 'clean exit': 1, lost: 0 });
});

test('wills of strangers do not count', () => {
  const ledger = new Ledger();
  ledger.will('somebody of an earlier run', 1);

  expect(ledger.report(5_000).wills.unexpected).toBe(0);
});

test('percentiles are values that occurred', () => {
  const ledger = new Ledger();
  for (let index = 1; index <= 100; index++) {
    ledger.connected(String(index));
    ledger.ended(String(index), 'cut', 0);
    ledger.will(String(index), index);
  }

  expect(ledger.report(5_000).cutLatencyMilliseconds).toEqual({ count: 100, p50: 50, p90: 90, p99: 99, maximum: 100 });
});

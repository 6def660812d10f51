import { BackOff } from '../../device/back-off';
import type { Randomness } from '../../presence/randomness';

const options = { baseMilliseconds: 1_000, maximumMilliseconds: 10_000, stableAfterMilliseconds: 20_000 };
const always = (fraction: number): Randomness => ({ fraction: () => fraction, uuid: () => '' });

test('bounds double up to the maximum', () => {
  const backOff = new BackOff(options, always(0.5));

  expect([1, 2, 3, 4, 5, 6].map(() => backOff.next())).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('a wait may be drawn from 0 on, so that a fleet does not come back at one moment', () => {
  expect(new BackOff(options, always(0)).next()).toBe(0);
});

test('starts small again after a connection that lasted, not after a short one', () => {
  const backOff = new BackOff(options, always(0.5));
  backOff.next();
  backOff.next();

  backOff.connectionLasted(19_999);
  expect(backOff.next()).toBe(2_000);
  backOff.connectionLasted(20_000);
  expect(backOff.next()).toBe(500);
});

test('stays at the maximum after very many attempts', () => {
  const backOff = new BackOff(options, always(0.5));
  for (let attempt = 0; attempt < 2_000; attempt++) backOff.next();

  expect(backOff.next()).toBe(5_000);
});

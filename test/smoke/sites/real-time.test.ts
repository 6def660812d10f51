import { ManualClock } from '../../../presence/clock';
import { RealTime } from '../../../smoke/sites/real-time';

/** Whether a promise is settled once everything that waits for it has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  return settled;
}

test('a client id is admitted once in 1.2 seconds, each for itself', async () => {
  const clock = new ManualClock();
  const time = new RealTime({ clock, patienceSeconds: 5 });
  await time.admit('one');

  const again = time.admit('one');

  expect(await isSettled(time.admit('other'))).toBe(true);
  clock.advance(1_199);
  expect(await isSettled(again)).toBe(false);
  clock.advance(1);
  expect(await isSettled(again)).toBe(true);
});

test('is at rest when patience is over', async () => {
  const clock = new ManualClock();
  const rest = new RealTime({ clock, patienceSeconds: 5 }).rest();

  clock.advance(4_999);
  expect(await isSettled(rest)).toBe(false);
  clock.advance(1);

  expect(await isSettled(rest)).toBe(true);
});

test('its end ends every wait, also those that are still to come', async () => {
  const clock = new ManualClock();
  const time = new RealTime({ clock, patienceSeconds: 5 });
  const wait = time.pass(60);

  time.end();

  expect(await isSettled(wait)).toBe(true);
  expect(await isSettled(time.pass(60))).toBe(true);
  expect(clock.nextDueAt).toBeUndefined();
});

import fc from 'fast-check';
import { TimerHeap } from '../../../local/broker/timer-heap';
import { ManualClock } from '../../../presence/clock';

const fail = (error: unknown): never => {
  throw error;
};

test('an action that throws is reported, and the other timers go on', () => {
  const clock = new ManualClock(0);
  const failures: unknown[] = [];
  const ran: string[] = [];
  const heap = new TimerHeap(clock, (error) => failures.push(error));
  const error = new Error('broken');
  heap.schedule(1, () => fail(error));
  heap.schedule(1, () => ran.push('same instant'));
  heap.schedule(2, () => ran.push('later'));

  clock.advance(2);

  expect(failures).toEqual([error]);
  expect(ran).toEqual(['same instant', 'later']);
});

test('runs timers when they are due, the earliest first, at the same instant in the order of scheduling', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ delay: fc.nat(50), cancelled: fc.boolean() })), (timers) => {
      const clock = new ManualClock(0);
      const heap = new TimerHeap(clock, fail);
      const ran: [at: number, index: number][] = [];
      const handles = timers.map(({ delay }, index) => heap.schedule(delay, () => ran.push([clock.now(), index])));
      timers.forEach(({ cancelled }, index) => {
        if (cancelled) handles[index]?.cancel();
      });

      clock.advance(50);

      const expected = timers
        .map(({ delay, cancelled }, index) => ({ delay, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((one, other) => one.delay - other.delay || one.index - other.index);
      expect(ran).toEqual(expected.map(({ delay, index }) => [delay, index]));
      expect(heap.size).toBe(0);
    }),
  );
});

test('a timer may schedule and cancel others', () => {
  const clock = new ManualClock(0);
  const heap = new TimerHeap(clock, fail);
  const ran: string[] = [];
  const doomed = heap.schedule(2, () => ran.push('doomed'));
  heap.schedule(1, () => {
    doomed.cancel();
    heap.schedule(1, () => ran.push('next'));
  });

  clock.advance(10);

  expect(ran).toEqual(['next']);
});

test('holds one timer of the clock, however many wait', () => {
  const clock = new ManualClock(0);
  let scheduled = 0;
  const heap = new TimerHeap(
    {
      now: () => clock.now(),
      schedule: (delay, action) => {
        scheduled++;
        return clock.schedule(delay, action);
      },
    },
    fail,
  );

  for (let delay = 1; delay <= 1_000; delay++) heap.schedule(delay, () => undefined);

  expect(scheduled).toBe(1);
});

test('clear cancels everything', () => {
  const clock = new ManualClock(0);
  const heap = new TimerHeap(clock, fail);
  heap.schedule(1, () => {
    throw new Error('must not run');
  });

  heap.clear();
  clock.advance(10);

  expect(clock.nextDueAt).toBeUndefined();
});

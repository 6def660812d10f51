import { ManualClock, SystemClock } from '../../presence/clock';

describe('manual clock', () => {
  test('runs nothing until it is advanced far enough', () => {
    const clock = new ManualClock(1000);
    const ran: number[] = [];
    clock.schedule(50, () => ran.push(clock.now()));

    clock.advance(49);
    expect(ran).toEqual([]);

    clock.advance(1);
    expect(ran).toEqual([1050]);
  });

  test('runs what is due in order of time, and in order of scheduling at one instant', () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(20, () => ran.push('late'));
    clock.schedule(10, () => ran.push('first'));
    clock.schedule(10, () => ran.push('second'));

    clock.advance(100);

    expect(ran).toEqual(['first', 'second', 'late']);
    expect(clock.now()).toBe(100);
  });

  test('runs a timer that a timer schedules within the same advance', () => {
    const clock = new ManualClock(0);
    const ran: number[] = [];
    clock.schedule(10, () => clock.schedule(10, () => ran.push(clock.now())));

    clock.advance(20);

    expect(ran).toEqual([20]);
  });

  test('does not run a timer that was cancelled', () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(10, () => ran.push('cancelled')).cancel();

    clock.advance(10);

    expect(ran).toEqual([]);
    expect(clock.nextDueAt).toBeUndefined();
  });
});

describe('system clock', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('keeps a delay beyond the longest Node timer (2^31 - 1 ms)', () => {
    const ran: string[] = [];
    new SystemClock().schedule(3_000_000_000, () => ran.push('ran'));

    jest.advanceTimersByTime(2_999_999_999);
    expect(ran).toEqual([]);

    jest.advanceTimersByTime(1);
    expect(ran).toEqual(['ran']);
  });

  test('can cancel a timer after its first stretch', () => {
    const ran: string[] = [];
    const timer = new SystemClock().schedule(3_000_000_000, () => ran.push('ran'));
    jest.advanceTimersByTime(2_500_000_000);

    timer.cancel();
    jest.advanceTimersByTime(1_000_000_000);

    expect(ran).toEqual([]);
  });
});

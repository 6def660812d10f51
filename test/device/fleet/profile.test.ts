import { parseFleetProfile } from '../../../device';
import { planFleet } from '../../../device/fleet/plan';

describe('parseFleetProfile', () => {
  test('an empty profile has some churn and an outage of every device in the middle', () => {
    expect(parseFleetProfile({})).toMatchObject({ durationSeconds: 20, seed: 1, outages: [{ atSeconds: 10 }] });
  });

  test('the outage stays in the middle of a duration of one’s own', () => {
    expect(parseFleetProfile({ durationSeconds: 60 }).outages).toEqual([{ atSeconds: 30 }]);
  });

  test('rates that are not given keep their defaults', () => {
    expect(parseFleetProfile({ churn: { cuts: 3 } }).churn).toEqual({
      cuts: 3,
      silences: 0.02,
      restarts: 0.1,
      cleanExits: 0.2,
    });
  });

  test('fails with every problem and the path of each', () => {
    expect(() =>
      parseFleetProfile({
        seed: -1,
        speed: 2,
        churn: { cuts: 'often' },
        groups: 2,
        outages: [{ atSeconds: 1, group: 2 }, {}],
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message:
          'profile.speed must be left out: it is none of seed, durationSeconds, connectsPerSecond, groups, keepAliveSeconds, ' +
          'absenceSeconds, lateAfterSeconds, churn, outages; ' +
          'profile.seed must be an integer from 0 to 4294967295, got -1; ' +
          "profile.churn.cuts must be a number from 0 to 6000, got 'often'; " +
          'profile.outages[0].group must be an integer from 0 to 1, got 2; ' +
          'profile.outages[1].atSeconds must be given, got null',
      }),
    );
  });

  test.each([null, [], 'x'])('fails on %j', (value) => {
    expect(() => parseFleetProfile(value)).toThrow('profile must be a JSON object');
  });
});

describe('planFleet', () => {
  const quiet = { cuts: 0, silences: 0, restarts: 0, cleanExits: 0 };

  test('the same seed gives the same plan, another seed another', () => {
    const profile = parseFleetProfile({ durationSeconds: 600 });

    expect(planFleet(profile, 20)).toEqual(planFleet(profile, 20));
    expect(planFleet({ ...profile, seed: 2 }, 20)).not.toEqual(planFleet(profile, 20));
  });

  test('is in order of time and within the duration', () => {
    const times = planFleet(parseFleetProfile({ durationSeconds: 60 }), 100).map(
      ({ atMilliseconds }) => atMilliseconds,
    );

    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(Math.max(...times)).toBeLessThan(60_000);
  });

  test('an outage cuts every device of its group', () => {
    const plan = planFleet(parseFleetProfile({ churn: quiet, groups: 4, outages: [{ atSeconds: 3, group: 1 }] }), 10);

    expect(plan.map(({ device, incident, atMilliseconds }) => [device, incident, atMilliseconds])).toEqual([
      [1, 'cut', 3_000],
      [5, 'cut', 3_000],
      [9, 'cut', 3_000],
    ]);
  });

  test('the rate of cuts is that of the profile', () => {
    const profile = parseFleetProfile({ churn: { ...quiet, cuts: 6 }, durationSeconds: 60, outages: [] });

    const cuts = planFleet(profile, 1_000).length;

    expect(cuts / 1_000).toBeGreaterThan(5.7);
    expect(cuts / 1_000).toBeLessThan(6.3);
  });

  test('a device that restarts is away for no time', () => {
    const plan = planFleet(parseFleetProfile({ churn: { ...quiet, restarts: 60 }, outages: [] }), 5);

    expect(plan.length).toBeGreaterThan(0);
    expect(plan.every(({ absenceMilliseconds }) => absenceMilliseconds === 0)).toBe(true);
  });
});

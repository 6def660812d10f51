import { seededRandomness, systemRandomness } from '../../presence/randomness';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('the same seed gives the same sequence, another seed another one', () => {
  const draw = (seed: number): string[] => {
    const randomness = seededRandomness(seed);
    return [randomness.uuid(), String(randomness.fraction())];
  };

  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test.each([
  ['seeded', seededRandomness(1)],
  ['system', systemRandomness],
])('%s randomness gives fractions from 0 to below 1 and version 4 UUIDs', (_name, randomness) => {
  const fractions = Array.from({ length: 200 }, () => randomness.fraction());

  expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...fractions)).toBeLessThan(1);
  expect(new Set(fractions).size).toBeGreaterThan(190);
  expect(randomness.uuid()).toMatch(uuid);
});

import { LastwillError } from '../../../presence/errors';
import { compare, type ProbedTwice, resultOf } from '../../../smoke/probes/comparison';
import type { Observations, Probe } from '../../../smoke/probes/probe';

const probe = { name: 'will', source: 'https://docs', undocumented: { delay: 'limits.willDelay' } };

function probed(real: Observations, embedded: Observations): ProbedTwice {
  return { probe, real: { observed: real }, embedded: { observed: embedded } };
}

test('puts what no page settles first, and what differs before what is equal', () => {
  const { observations } = compare([
    probed({ topic: 'a', qos: 1 }, { topic: 'a', qos: 0 }),
    probed({ delay: 'none' }, { delay: 'none' }),
    probed({ delay: 'none' }, { delay: '20 s' }),
  ]);

  expect(observations.map(({ observation, equal }) => [observation, equal])).toEqual([
    ['delay', false],
    ['delay', true],
    ['qos', false],
    ['topic', true],
  ]);
});

test('names the option that decides an undocumented observation, and none for a documented one', () => {
  const { observations } = compare([probed({ delay: 'none', qos: 1 }, { delay: '20 s', qos: 1 })]);

  expect(observations.map(({ observation, option }) => [observation, option])).toEqual([
    ['delay', 'limits.willDelay'],
    ['qos', undefined],
  ]);
});

test('a observation that one cloud does not show differs', () => {
  const { observations } = compare([probed({}, { qos: 1 })]);

  expect(observations).toEqual([
    expect.objectContaining({ observation: 'qos', real: 'not seen', embedded: 1, equal: false }),
  ]);
});

test('a number is not its text', () => {
  expect(compare([probed({ qos: '1' }, { qos: 1 })]).observations[0]?.equal).toBe(false);
});

test('a probe that could not be made is no difference, but told', () => {
  const { observations, unobserved } = compare([
    { probe, real: { problem: 'throttled' }, embedded: { observed: { qos: 1 } } },
  ]);

  expect(observations).toEqual([]);
  expect(unobserved).toEqual([{ probe: 'will', cloud: 'real', problem: 'throttled' }]);
});

test('what a person can act on is why nothing was seen; a fault of the program is one', async () => {
  const failing = (error: Error): Probe<undefined> => ({
    ...probe,
    question: 'what?',
    observe: () => Promise.reject(error),
  });

  const refused = failing(new LastwillError('CONNECTION_REFUSED', 'not let in'));
  expect(await resultOf(refused, undefined)).toEqual({ problem: 'not let in' });
  await expect(resultOf(failing(new TypeError('bug')), undefined)).rejects.toThrow('bug');
});

import { DecisionCache } from '../../../local/aws/decision-cache';

function countingCache(limit: number) {
  const cache = new DecisionCache(limit);
  const taken: string[] = [];
  const decide = (topic: string) =>
    cache.decide(topic, (asked) => {
      taken.push(asked);
      return { allowed: true };
    });
  return { cache, taken, decide };
}

test('a decision is taken once per topic', () => {
  const { taken, decide } = countingCache(10);

  for (const topic of ['a', 'b', 'a', 'b']) decide(topic);

  expect(taken).toEqual(['a', 'b']);
});

test('a full cache forgets the oldest decision and keeps the others', () => {
  const { taken, decide } = countingCache(2);

  for (const topic of ['a', 'b', 'c', 'b', 'a']) decide(topic);

  expect(taken).toEqual(['a', 'b', 'c', 'a']);
});

test('a cleared cache takes every decision again', () => {
  const { cache, taken, decide } = countingCache(2);

  decide('a');
  cache.clear();
  decide('a');

  expect(taken).toEqual(['a', 'a']);
});

import fc from 'fast-check';
import { TopicTree } from '../../../local/broker/topic-tree';
import { matchesTopic } from '../../../presence/topic';

const level = fc.constantFrom('a', 'b', '', '$SYS');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => (hash || levels.length === 0 ? [...levels, '#'] : levels).join('/'));

test.each([true, false])(
  'finds what matchesTopic matches, after any insertions and deletions (a/# matches a: %s)',
  (hashMatchesParent) => {
    fc.assert(
      fc.property(fc.array(topic), fc.array(topic), filter, (added, removed, wanted) => {
        const tree = new TopicTree<string>({ hashMatchesParent });
        for (const each of added) tree.set(each, each);
        for (const each of removed) tree.delete(each);

        const left = [...new Set(added)].filter((each) => !removed.includes(each));
        const matching = left.filter((each) => matchesTopic(wanted, each, { hashMatchesParent }));
        expect(tree.match(wanted).sort()).toEqual(matching.sort());
        expect(tree.all().sort()).toEqual(left.sort());
        expect(tree.size).toBe(left.length);
      }),
      { numRuns: 500 },
    );
  },
);

test('a deleted topic leaves nothing behind', () => {
  const tree = new TopicTree<number>({ hashMatchesParent: true });
  tree.set('a/b/c', 1);
  tree.set('a', 2);

  tree.delete('a/b/c');
  tree.delete('never/there');

  expect(tree.get('a/b/c')).toBeUndefined();
  expect(tree.get('a')).toBe(2);
  expect(tree.match('#')).toEqual([2]);
});

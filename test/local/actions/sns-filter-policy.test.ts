import { matchesFilterPolicy } from '../../../local/actions/sns-filter-policy';

// https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html and string-value-matching.html, numeric-value-matching.html
test.each<[string, Record<string, unknown>, unknown, boolean]>([
  ['an exact text', { a: ['x', 'y'] }, { a: 'y' }, true],
  ['no text of the list', { a: ['x', 'y'] }, { a: 'z' }, false],
  ['every key is needed', { a: ['x'], b: ['y'] }, { a: 'x' }, false],
  ['one value of a list in the message', { a: ['x'] }, { a: ['w', 'x'] }, true],
  ['a number is not its text', { a: [1] }, { a: '1' }, false],
  ['null', { a: [null] }, { a: null }, true],
  ['prefix', { a: [{ prefix: 'pu' }] }, { a: 'pump' }, true],
  ['suffix', { a: [{ suffix: 'mp' }] }, { a: 'pump' }, true],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'PUMP' }] }, { a: 'pump' }, true],
  ['wildcard', { a: [{ wildcard: 'p*p*1' }] }, { a: 'pump-1' }, true],
  ['wildcard that overlaps itself', { a: [{ wildcard: 'ab*ba' }] }, { a: 'aba' }, false],
  ['wildcard without a match', { a: [{ wildcard: 'p*x*1' }] }, { a: 'pump-1' }, false],
  ['anything-but a text', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
  ['anything-but a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
  ['anything-but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xa' }, false],
  ['anything-but needs the key', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ['numeric range, inside', { a: [{ numeric: ['>', 0, '<=', 100] }] }, { a: 100 }, true],
  ['numeric range, outside', { a: [{ numeric: ['>', 0, '<=', 100] }] }, { a: 0 }, false],
  ['numeric on a text', { a: [{ numeric: ['=', 1] }] }, { a: '1' }, false],
  ['cidr', { a: [{ cidr: '10.0.0.0/8' }] }, { a: '10.9.8.7' }, true],
  ['cidr, outside', { a: [{ cidr: '10.0.0.0/8' }] }, { a: '11.0.0.1' }, false],
  ['exists', { a: [{ exists: true }] }, { a: false }, true],
  ['does not exist', { a: [{ exists: false }] }, {}, true],
  ['nested keys', { a: { b: ['x'] } }, { a: { b: 'x' } }, true],
  ['nested keys in a list', { a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
  ['$or, one of them', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
  ['$or, none of them', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'z' }, false],
  ['an unknown operator', { a: [{ magic: 'x' }] }, { a: 'x' }, false],
  ['a message that is no object', { a: ['x'] }, undefined, false],
])('a filter policy with %s', (_, policy, message, matches) => {
  expect(matchesFilterPolicy(policy, message)).toBe(matches);
});

import { attributeProblems, printAttributeValue } from '../../../semantics/event-grid/mqtt-client-identity';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients#client-attributes
test('text, integers and lists of text are attribute values', () => {
  expect(attributeProblems('attributes', { type: 'sensor', floor: -3, tags: ['a', 'b'], none: [] })).toEqual([]);
});

test.each([
  [{ floor: 1.5 }, 'attributes.floor must be a string, an integer or a list of strings, got 1.5'],
  [{ on: true }, 'attributes.on must be a string, an integer or a list of strings, got true'],
  [{ o: { a: 1 } }, 'attributes.o must be a string, an integer or a list of strings, got {"a":1}'],
  [{ n: [1] }, 'attributes.n must be a string, an integer or a list of strings, got [1]'],
  [{ 'a-b': 'x' }, "a key of attributes must be made of letters, digits and underscores, got 'a-b'"],
])('fails to take %j as attributes', (attributes, problem) => {
  expect(attributeProblems('attributes', attributes)).toEqual([problem]);
});

test('fails on attributes of 4096 bytes or more', () => {
  expect(attributeProblems('attributes', { a: 'x'.repeat(4088) })).toEqual([
    "attributes must be smaller than 4096 bytes as JSON, got '4096 bytes'",
  ]);
  expect(attributeProblems('attributes', { a: 'x'.repeat(4087) })).toEqual([]);
});

test.each([
  ['a', "'a'"],
  [3, '3'],
  [['a', 'b'], "['a', 'b']"],
])('an attribute value %j is printed as %s', (value, text) => {
  expect(printAttributeValue(value)).toBe(text);
});

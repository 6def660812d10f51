import { LastwillError } from '../../../../presence/errors';
import { parseGroupQuery } from '../../../../semantics/event-grid/group-query/parser';
import { QuerySyntaxError } from '../../../../semantics/event-grid/group-query/query-syntax-error';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
test('and binds tighter than or', () => {
  expect(parseGroupQuery("attributes.a = 1 or attributes.b = 2 and authenticationName = 'x'")).toEqual({
    kind: 'or',
    operands: [
      { kind: 'comparison', operand: { kind: 'attribute', key: 'a' }, operator: '=', literal: 1 },
      {
        kind: 'and',
        operands: [
          { kind: 'comparison', operand: { kind: 'attribute', key: 'b' }, operator: '=', literal: 2 },
          { kind: 'comparison', operand: { kind: 'authenticationName' }, operator: '=', literal: 'x' },
        ],
      },
    ],
  });
});

test.each([
  "attributes.type='device'",
  "attributes.type = 'device'",
  "\n attributes.type\t=  'device' ",
  '((attributes.type="device"))',
])('spelled %j it is the same query', (text) => {
  expect(parseGroupQuery(text)).toEqual({
    kind: 'comparison',
    operand: { kind: 'attribute', key: 'type' },
    operator: '=',
    literal: 'device',
  });
});

test('<> is another spelling of !=', () => {
  expect(parseGroupQuery('attributes.a <> 1')).toEqual(parseGroupQuery('attributes.a != 1'));
});

test.each([
  ['', '1:1: expected attributes.KEY or authenticationName, got the end of the query'],
  ["NOT attributes.type='x'", '1:1: the query language has no NOT: turn the comparison around, e.g. with !='],
  ["attributes.type='x' and", '1:24: expected attributes.KEY or authenticationName, got the end of the query'],
  ["attributes.type LIKE 'x'", "1:17: expected =, !=, <>, <, >, <=, >= or IN, got 'LIKE'"],
  ["attributes.type = 'x", "1:19: the text that starts with ' is never closed"],
  ['attributes.floor = 1.5', '1:20: a number must be whole: attributes are text, integers or lists of text'],
  ['attributes.type = sensor', "1:19: expected text in quotes or an integer, got 'sensor'"],
  ["attributes.floor > 'x'", "1:20: > compares integers only, got 'x'"],
  ["client.attributes.type = 'x'", "1:1: write 'attributes.type' instead of 'client.attributes.type'"],
  ["type = 'x'", "1:1: expected attributes.KEY or authenticationName, got 'type'"],
  ["attributes.a.b = 'x'", "1:1: expected attributes.KEY or authenticationName, got 'attributes.a.b'"],
  ["(attributes.a = 'x'", "1:20: expected ')', got the end of the query"],
  ["attributes.a = 'x')", "1:19: expected 'and', 'or' or the end, got ')'"],
  ['attributes.a IN []', "1:18: expected text in quotes or an integer, got ']'"],
  ["attributes.a IN 'x'", "1:17: expected '[', got 'x'"],
  ['attributes.a = 9223372036854775808', '1:16: an integer must fit in 64 bits'],
  ["attributes.a = 'x'\n  && attributes.b = 1", "2:3: unexpected '&'"],
  [`${'('.repeat(101)}attributes.a = 1`, '1:102: brackets may be nested 100 deep'],
])('fails on %j', (text, message) => {
  expect(() => parseGroupQuery(text)).toThrow(`client group query, ${message}`);
});

test('a syntax error carries its code, line and column', () => {
  let caught: unknown;
  try {
    parseGroupQuery("attributes.a = 'x'\nand attributes.b ~ 1");
  } catch (error) {
    caught = error;
  }

  expect(caught).toBeInstanceOf(LastwillError);
  expect(caught).toMatchObject({ code: 'QUERY_INVALID', line: 2, column: 18 });
  expect(caught).toBeInstanceOf(QuerySyntaxError);
});

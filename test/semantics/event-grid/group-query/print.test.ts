import fc from 'fast-check';
import { parseGroupQuery } from '../../../../semantics/event-grid/group-query/parser';
import { printGroupQuery } from '../../../../semantics/event-grid/group-query/print';
import type { GroupQuery } from '../../../../semantics/event-grid/group-query/syntax';

test.each([
  ["((attributes.a=1)) AND (attributes.b<>'x')", "attributes.a = 1 and attributes.b != 'x'"],
  [
    "(attributes.a=1 or attributes.b=2) and attributes.c IN ['x',2]",
    "(attributes.a = 1 or attributes.b = 2) and attributes.c IN ['x', 2]",
  ],
  ['authenticationName = "it\'s"', 'authenticationName = "it\'s"'],
])('%s is printed as %s', (text, printed) => {
  expect(printGroupQuery(parseGroupQuery(text))).toBe(printed);
});

test('fails on text with both kinds of quote', () => {
  const query: GroupQuery = {
    kind: 'comparison',
    operand: { kind: 'authenticationName' },
    operator: '=',
    literal: '\'"',
  };

  expect(() => printGroupQuery(query)).toThrow("a text in a query must be free of ' or of \", got ''\"'");
});

const operand = fc.oneof(
  fc.constant({ kind: 'authenticationName' as const }),
  fc.stringMatching(/^[A-Za-z0-9_]{1,5}$/).map((key) => ({ kind: 'attribute' as const, key })),
);
const integer = fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value));
const literal = fc.oneof(integer, fc.string({ unit: fc.constantFrom('a', "'", ' ', ']', 'é') }));
const leaf = fc.oneof(
  fc.record({
    kind: fc.constant('comparison' as const),
    operand,
    operator: fc.constantFrom('=' as const, '!=' as const),
    literal,
  }),
  fc.record({
    kind: fc.constant('comparison' as const),
    operand,
    operator: fc.constantFrom('<' as const, '>' as const, '<=' as const, '>=' as const),
    literal: integer,
  }),
  fc.record({ kind: fc.constant('in' as const), operand, literals: fc.array(literal, { minLength: 1, maxLength: 3 }) }),
);
const query = fc.letrec<{ query: GroupQuery }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).query;

test('a printed query reads as the same query', () => {
  fc.assert(
    fc.property(query, (tree) => {
      expect(parseGroupQuery(printGroupQuery(tree))).toEqual(tree);
    }),
  );
});

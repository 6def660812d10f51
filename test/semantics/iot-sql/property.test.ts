import fc from 'fast-check';
import {
  compileStatement,
  compileTemplate,
  parseStatement,
  printStatement,
  SQL_VERSIONS,
  SqlError,
  type Statement,
} from '../../../semantics/iot-sql';
import { contextOf, readCaseFiles, statementOf } from './sql-case';

const RESERVED = 'SELECT FROM WHERE AS AND OR NOT CASE WHEN THEN ELSE END TRUE FALSE NULL CAST VALUE'.split(' ');

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/).filter((text) => !RESERVED.includes(text.toUpperCase()));
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('.'));
const text = fc
  .string({ unit: 'grapheme', maxLength: 6 })
  .map((value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`);
const number = fc.oneof(
  fc.nat().map(String),
  fc.tuple(fc.nat(999), fc.nat(999)).map((parts) => parts.join('.')),
);
const operator = fc.constantFrom('OR', 'AND', '=', '<>', '<', '<=', '>', '>=', 'IN', '+', '-', '*', '/', '%');
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { maxLength: 3 }).map((items) => items.join(', '));

/** The text of any expression, with more parentheses than it needs. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression').map((value) => `(${value})`);
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      path,
      text,
      number,
      fc.constantFrom('true', 'FALSE', 'null', '@v', '@v.key'),
      fc.tuple(inner, operator, inner).map((parts) => parts.join(' ')),
      fc.tuple(inner, operator, inner, operator, inner).map((parts) => parts.join(' ')),
      inner.map((value) => `NOT ${value}`),
      inner.map((value) => `- ${value}`),
      fc
        .tuple(fc.constantFrom('concat', 'get', 'Upper', 'abs', 'topic', 'get_or_default'), list(inner))
        .map(([name, list_]) => `${name}(${list_})`),
      inner.map((value) => `encode(*, ${value}).key`),
      inner.map((value) => `cast(${value} AS Int)`),
      list(inner).map((items) => `[${items}]`),
      fc.tuple(text, inner).map(([key, value]) => `{${key}: ${value}}`),
      fc.tuple(inner, inner, inner, inner).map(([a, b, c, d]) => `CASE ${a} WHEN ${b} THEN ${c} ELSE ${d} END`),
      fc.tuple(inner, path, inner).map(([item, from, where]) => `(SELECT VALUE ${item} FROM ${from} WHERE ${where})`),
      fc.tuple(inner, word, path).map(([item, alias, from]) => `(SELECT *, ${item} AS ${alias} FROM ${from})`),
      fc
        .tuple(word, path, inner)
        .map(([alias, from, where]) => `EXISTS (SELECT * FROM ${from} AS ${alias} WHERE ${where})`),
    ),
  };
});

const statement = fc.oneof(
  fc
    .tuple(expression, path, expression)
    .map(([item, alias, where]) => `SELECT *, (${item}) AS ${alias} FROM 'a/+' WHERE ${where}`),
  expression.map((item) => `SELECT VALUE (${item}) FROM 'a/b'`),
);

/** A statement without the places in its text, which printing changes. */
const bare = ({ text: _, ...parts }: Statement): unknown =>
  JSON.parse(JSON.stringify(parts, (key, part) => (key === 'at' ? undefined : part)));

describe('parse and print', () => {
  test('what is printed parses to the same statement', () => {
    fc.assert(
      fc.property(statement, (sql) => {
        const parsed = parseStatement(sql);

        expect(bare(parseStatement(printStatement(parsed)))).toEqual(bare(parsed));
      }),
      { numRuns: 500 },
    );
  });

  test('every statement of the cases is printed and parsed back', () => {
    const valid = readCaseFiles()
      .flatMap(({ cases }) => cases)
      .filter((one) => one.error === undefined)
      .map(statementOf);

    expect(valid.length).toBeGreaterThan(500);
    for (const sql of valid)
      expect(bare(parseStatement(printStatement(parseStatement(sql))))).toEqual(bare(parseStatement(sql)));
  });

  test('a parsed statement cannot be changed', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.entries(value).every(([key, part]) => key === 'at' || isFrozen(part)));

    fc.assert(fc.property(statement, (sql) => isFrozen(parseStatement(sql))));
  });
});

describe('no input crashes', () => {
  const scrap = fc.array(
    fc.oneof(
      fc.constantFrom(
        ...'SELECT FROM WHERE AS CASE WHEN END VALUE ( ) [ ] { } , . * = < - @v : SET cast get'.split(' '),
      ),
      word,
      text,
      number,
    ),
    { maxLength: 15 },
  );

  test('any text is parsed or refused with a place in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          scrap.map((parts) => parts.join(' ')),
        ),
        (sql) => {
          try {
            compileStatement(sql, { version: '2016-03-23' });
          } catch (error) {
            if (!(error instanceof SqlError)) throw error;
            const line = sql.split('\n')[error.line - 1] ?? '';
            expect(error.column).toBeGreaterThanOrEqual(1);
            expect(error.column).toBeLessThanOrEqual(line.length + 1);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('any statement has an outcome on any payload in any version', () => {
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom(...SQL_VERSIONS),
        fc.oneof(fc.json(), fc.string()),
        (item, version, payloadText) => {
          const sql = `SET @v = 1.0 SELECT (${item}) AS x FROM 'a'`;
          const compiled = compileOrRefuse(sql, version);

          if (compiled !== undefined)
            expect(compiled.evaluate(contextOf({ payloadText }))).toMatchObject({ outcome: 'matched' });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('any field text is filled in or refused', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            expression.map((value) => `\${${value}}`),
            fc.string(),
          ),
          { maxLength: 3 },
        ),
        (parts) => {
          try {
            expect(
              typeof compileTemplate(parts.join(''), { version: '2016-03-23' })(contextOf({ payload: { a: 1 } })),
            ).toBe('string');
          } catch (error) {
            if (!(error instanceof SqlError)) throw error;
          }
        },
      ),
    );
  });
});

function compileOrRefuse(
  sql: string,
  version: (typeof SQL_VERSIONS)[number],
): ReturnType<typeof compileStatement> | undefined {
  try {
    return compileStatement(sql, { version });
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

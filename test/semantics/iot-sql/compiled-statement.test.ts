import { compileStatement, MessageContext, parseStatement, pointAt, SqlError } from '../../../semantics/iot-sql';
import { contextOf } from './sql-case';

const compile = (sql: string) => compileStatement(sql, { version: '2016-03-23' });

describe('compileStatement', () => {
  test('gives the topic filter of FROM, which evaluate does not look at', () => {
    const statement = compile("SELECT * FROM 'x/#'");

    expect(statement.fromFilter).toBe('x/#');
    expect(statement.evaluate(contextOf({ topic: 'a/b' }))).toMatchObject({ outcome: 'matched' });
  });

  test('has no filter without FROM', () => {
    expect(compile('SELECT *').fromFilter).toBeUndefined();
  });

  test('takes a parsed statement', () => {
    expect(
      compileStatement(parseStatement("SELECT a FROM 'a'"), { version: 'beta' }).evaluate(
        contextOf({ payload: { a: 1 } }),
      ),
    ).toMatchObject({ value: { a: 1 } });
  });

  test('checks a parsed statement against the version', () => {
    expect(() => compileStatement(parseStatement("SELECT [1] AS a FROM 'a'"), { version: '2015-10-08' })).toThrow(
      SqlError,
    );
  });

  test.each([
    ["SELECT a FROM 'a'", false],
    ["SELECT * FROM 'a' WHERE aws_lambda('f', a) = 1", true],
    ["SET @s = get_thing_shadow('t', 'r') SELECT * FROM 'a'", true],
  ])('knows whether %s calls external functions: %s', (sql, expected) => {
    expect(compile(sql).callsExternalFunctions).toBe(expected);
  });

  test('gives up a pattern whose search would not end for hours, and says which', () => {
    const statement = compile("SELECT * FROM 'a' WHERE regexp_matches(serial, '^(\\\\d+)+$')");

    const result = statement.evaluate(contextOf({ payload: { serial: `${'1'.repeat(60)}x` } }));

    expect(result).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining("the pattern '^(\\d+)+$' searched a text of 61 characters"),
    });
  });

  test('SELECT * hands over the very bytes that were published', () => {
    const context = contextOf({ payloadText: '{ "a" : 1.0 }' });

    const result = compile("SELECT * FROM 'a/b'").evaluate(context);

    expect(result).toMatchObject({ payload: context.message.payload, value: { a: 1 } });
  });

  test('the value of a payload that is not JSON is absent', () => {
    expect(compile("SELECT * FROM 'a/b'").evaluate(contextOf({ payloadText: 'x' }))).toMatchObject({
      value: undefined,
    });
  });

  test('the value holds JavaScript numbers where the payload keeps every digit', () => {
    const result = compile("SELECT big FROM 'a/b'").evaluate(
      contextOf({ payloadText: '{"big":12345678901234567890}' }),
    );

    expect(result).toMatchObject({
      payload: Buffer.from('{"big":12345678901234567890}'),
      value: { big: 12345678901234567000 },
    });
  });

  test('the payload is not changed by a statement that adds to it', () => {
    const context = contextOf({ payload: { o: { x: 1 } } });

    compile("SELECT *, 2 AS o.y FROM 'a/b'").evaluate(context);

    expect(compile("SELECT o FROM 'a/b'").evaluate(context)).toMatchObject({ value: { o: { x: 1 } } });
  });

  test('statements on one message parse its payload once', () => {
    const parse = jest.spyOn(JSON, 'parse');
    const context = new MessageContext(contextOf({ payload: { a: 1 } }).message);

    for (const key of ['a', 'b', 'c']) compile(`SELECT * FROM 'a/b' WHERE ${key} = 1`).evaluate(context);

    expect(parse).toHaveBeenCalledTimes(1);
    parse.mockRestore();
  });

  test.each([
    ['1,000 levels deep', 1000, '1', { n: 1 }],
    ['1,000 levels deep with a number to keep exactly', 1000, '12345678901234567890', { n: 1 }],
    ['1,000 levels deep with brackets in a string', 1000, `"\\"${'['.repeat(5000)}"`, { n: 1 }],
    ['1,001 levels deep', 1001, '1', {}],
    ['100,000 levels deep', 100_000, '1.0', {}],
  ])('a payload %s is JSON only up to 1,000 levels', (_, depth, inner, value) => {
    const text = `{"n":1,"a":${'['.repeat(depth - 1)}${inner}${']'.repeat(depth - 1)}}`;

    expect(compile("SELECT n FROM 'a/b'").evaluate(contextOf({ payloadText: text }))).toMatchObject({ value });
    expect(compile("SELECT * FROM 'a/b'").evaluate(contextOf({ payloadText: text }))).toMatchObject({
      payload: Buffer.from(text),
    });
  });

  test('a result too long for a string fails the statement', () => {
    const context = contextOf({ payload: { a: 'x'.repeat(100_000) } });
    const long = "replace(a, 'x', a)";

    expect(compile(`SELECT ${long} AS b FROM 'a/b'`).evaluate(context)).toEqual({
      outcome: 'failed',
      reason: expect.stringContaining('too large'),
    });
  });

  test('a value of SET beyond 128 KiB fails the statement', () => {
    const context = contextOf({ payload: { a: 'x'.repeat(70_000) } });

    expect(compile("SET @b = concat(a, a) SELECT * FROM 'a/b'").evaluate(context)).toEqual({
      outcome: 'failed',
      reason: 'the values of SET must be at most 131072 bytes',
    });
  });
});

describe('a statement of any size', () => {
  const sum = (count: number): string => Array.from({ length: count }, () => '1').join(' + ');

  test('takes a path of any length', () => {
    expect(compile(`SELECT VALUE a${'.a'.repeat(50_000)} FROM 'a/b'`).evaluate(contextOf({}))).toMatchObject({
      value: undefined,
    });
  });

  test('runs with a chain of a thousand operators', () => {
    expect(compile(`SELECT VALUE ${sum(1000)} FROM 'a/b'`).evaluate(contextOf({}))).toMatchObject({ value: 1000 });
  });

  test.each([
    ['a longer chain', sum(50_000)],
    ['chains in parentheses', `${'('.repeat(150)}1${` + ${sum(300)})`.repeat(150)}`],
    ['a long chain of fields', `topic()${'.a'.repeat(50_000)}`],
  ])('fails with a place for %s', (_, expression) => {
    expect(() => compile(`SELECT ${expression} AS x FROM 'a/b'`)).toThrow(
      /^line 1, column \d+: the expression is built of more than 1000 levels/,
    );
  });
});

describe('pointAt', () => {
  test('shows the line with a caret under the place, keeping tabs', () => {
    const sql = "SELECT a\n\tFORM 'x'";

    try {
      parseStatement(sql);
    } catch (error) {
      expect(pointAt(error as SqlError, sql)).toBe("\tFORM 'x'\n\t^^^^");
    }
    expect.assertions(1);
  });
});

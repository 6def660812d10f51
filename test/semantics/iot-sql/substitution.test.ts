import { compileStatement, compileTemplate, isTemplate, SqlError, type SqlVersion } from '../../../semantics/iot-sql';
import { contextOf } from './sql-case';

const PAGE = 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html';
const payload = { id: 'd1', n: 5, on: true, none: null, o: { a: [1, 'x'] }, s: 'a}b' };

function fill(text: string, version: SqlVersion = '2016-03-23'): string {
  return compileTemplate(text, { version })(contextOf({ payload, topic: 'my/topic', clientId: 'lwtThing' }));
}

function errorOf(text: string): SqlError {
  try {
    compileTemplate(text, { version: '2016-03-23' });
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`compiled without an error: ${text}`);
}

describe(`substitution templates [${PAGE}]`, () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['${topic()}/republish', 'my/topic/republish'],
    ['devices/${clientid()}/${topic(2)}', 'devices/lwtThing/topic'],
    ['${id}', 'd1'],
    ['${n + 1}', '6'],
    ['${on}', 'true'],
    ['${o}', '{"a":[1,"x"]}'],
    ['${o.a}', '[1,"x"]'],
    ['[${missing}]', '[]'],
    ['[${none}]', '[]'],
    ['${parse_time("yyyy", timestamp(), "UTC")}', '2026'],
    ["${'}'}", '}'],
    ['${s}', 'a}b'],
    ["${get({'k': {'v': n}}, 'k').v}", '5'],
    ['${CASE n WHEN 5 THEN "five" ELSE "other" END}!', 'five!'],
    ['$$aws/things/${id}/shadow/update', '$$aws/things/d1/shadow/update'],
    ['$100 {x} }', '$100 {x} }'],
    ["${encode(*, 'base64')}", Buffer.from(JSON.stringify(payload)).toString('base64')],
    ['${(SELECT VALUE a FROM o)}', '[1,"x"]'],
  ])('%s becomes %s', (template, text) => {
    expect(fill(template)).toBe(text);
  });

  test('a payload that is not JSON has no fields', () => {
    expect(compileTemplate('[${id}]', { version: '2016-03-23' })(contextOf({ payloadText: 'hello' }))).toBe('[]');
  });

  test('sees the original payload, not the aliases of SELECT', () => {
    const context = contextOf({ payload });
    const statement = compileStatement("SELECT 'other' AS id FROM 'a/b'", { version: '2016-03-23' });
    statement.evaluate(context);

    expect(compileTemplate('${id}', statement)(context)).toBe('d1');
  });

  test('sees the values that SET had in the statement [https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html]', async () => {
    const context = contextOf({ payload });
    const statement = compileStatement("SET @id = newuuid() SELECT @id AS id FROM 'a/b'", { version: '2016-03-23' });
    const result = await statement.evaluate(context);

    expect(result).toMatchObject({ value: { id: compileTemplate('${@id}', statement)(context) } });
  });

  test('computes SET when the statement itself has not run', () => {
    const { version, variables } = compileStatement("SET @twice = n * 2 SELECT * FROM 'a/b'", {
      version: '2016-03-23',
    });

    expect(compileTemplate('${@twice}', { version, variables })(contextOf({ payload }))).toBe('10');
  });

  test.each([
    ['a${topic(}', 10, 'found the end of the statement, expected an expression'],
    ['x ${', 3, "the substitution template that begins here does not end, expected '}'"],
    ["${'open}", 1, "the substitution template that begins here does not end, expected '}'"],
    ['${}', 3, 'found the end of the statement, expected an expression'],
    ['${a b}', 5, "found 'b', expected an operator or the end of the expression"],
    ['${topic(1)}/${lenght(a)}', 15, 'unknown function lenght(), did you mean length()?'],
    ['${@v}', 3, '@v is not set, set it with SET before it is used'],
  ])('fails for %s at column %i: %s', (template, column, message) => {
    expect(errorOf(template)).toMatchObject({ code: 'SQL_INVALID', line: 1, column, detail: message });
  });

  test('refuses external functions as not emulated', () => {
    expect(errorOf("x${aws_lambda('arn', 1)}")).toMatchObject({
      code: 'SQL_NOT_EMULATED',
      detail: 'external functions in substitution templates are not emulated here',
    });
  });

  test('fails for a function that the version does not have', () => {
    expect(() => fill('${length(id)}', '2015-10-08')).toThrow(
      'line 1, column 3: length() needs SQL version 2016-03-23, the rule has 2015-10-08',
    );
  });

  test.each([
    ['a${b}', true],
    ['$b {c}', false],
  ])('isTemplate(%j) is %s', (text, expected) => {
    expect(isTemplate(text)).toBe(expected);
  });
});

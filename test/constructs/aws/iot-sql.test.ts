import { Token } from 'aws-cdk-lib';
import { IotSql, IotSqlVersion } from '../../../constructs/aws';

test('a written statement stays as it is', () => {
  const sql = IotSql.fromString("select  a from 'b'   where c", IotSqlVersion.VER_2015_10_08);

  expect(sql.text).toBe("select  a from 'b'   where c");
  expect(sql.version).toBe('2015-10-08');
});

test('a statement made of parts selects everything unless told otherwise', () => {
  expect(IotSql.select({ from: 'clients/+/status' }).text).toBe("SELECT * FROM 'clients/+/status'");
});

test('a statement made of parts has a condition', () => {
  expect(IotSql.select({ from: 'a', select: 'b AS c', where: "d = 'e'" }).text).toBe(
    "SELECT b AS c FROM 'a' where d = 'e'",
  );
});

test('a value is added to the select list', () => {
  const sql = IotSql.select({ from: 'a', where: 'b = 1' });

  expect(sql.withColumn({ expression: 'topic()', alias: 'origin' }).text).toBe(
    "SELECT *, topic() AS origin FROM 'a' where b = 1",
  );
  expect(sql.text).toBe("SELECT * FROM 'a' where b = 1");
});

test('a written statement that selects the value already needs no other', () => {
  const sql = IotSql.fromString("SELECT *, 'gone' AS default FROM 'a'");

  expect(sql.withColumn({ expression: 'topic()', alias: 'default' })).toBe(sql);
});

test('a value is added to the select list of a written statement, wherever FROM occurs in it', () => {
  const sql = IotSql.fromString("SELECT 'from here' AS a, (SELECT v FROM e) AS b\n  FROM 'from/+' WHERE c = 1");

  expect(sql.withColumn({ expression: 'topic()', alias: 'default' }).text).toBe(
    "SELECT 'from here' AS a, (SELECT v FROM e) AS b, topic() AS default\n  FROM 'from/+' WHERE c = 1",
  );
});

test('a statement with a function that AWS has and the parser does not know passes', () => {
  expect(IotSql.fromString("SELECT get_registry_data('DescribeThing', clientid(), 'arn') FROM 'a'").text).toContain(
    'get_registry_data',
  );
});

test('a statement that is known only at deployment is not checked', () => {
  expect(IotSql.fromString(Token.asString({ Ref: 'Sql' })).text).toContain('Token');
});

test.each([
  [
    'an empty statement',
    () => IotSql.fromString(' '),
    /^sql must be a statement that AWS accepts, got ' ': line 1, column 2: /,
  ],
  [
    'a function that does not exist',
    () => IotSql.fromString("SELECT get_user_property('a') FROM 'b'"),
    /^sql must be a statement that AWS accepts, got '.*': line 1, column 8: .*get_user_property/,
  ],
  [
    'a function that the version does not have',
    () => IotSql.fromString("SELECT encode(*, 'base64') FROM 'b'", IotSqlVersion.VER_2015_10_08),
    /^sql must be a statement that AWS accepts, got '.*': line 1, column 8: .*encode/,
  ],
  [
    'a condition that does not parse',
    () => IotSql.select({ from: 'a', where: 'b = = c' }),
    /^sql must be a statement that AWS accepts, got '.*': line 1, column 29: /,
  ],
  [
    'a value that VALUE leaves no room for',
    () => IotSql.fromString("SELECT VALUE a FROM 'b'").withColumn({ expression: 'topic()', alias: 'default' }),
    `sql must be a statement that can select "topic() AS default" too, got 'SELECT VALUE a FROM 'b''; select it there, without VALUE`,
  ],
  [
    'a misplaced wildcard',
    () => IotSql.select({ from: 'a/#/b' }),
    "from must be a topic filter in which + stands alone in its level and # alone in the last one, got 'a/#/b'",
  ],
  [
    'a quote in the topic filter',
    () => IotSql.select({ from: "a'b" }),
    "from must be a topic filter without ', got 'a'b'",
  ],
])('fails for %s', (_, create, message) => {
  expect(create).toThrow(message);
});

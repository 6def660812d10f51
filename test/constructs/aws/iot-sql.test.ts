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

test.each([
  ['an empty statement', () => IotSql.fromString(' '), "sql must be a statement, got ' '"],
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

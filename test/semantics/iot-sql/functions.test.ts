import { readFileSync } from 'node:fs';
import { FUNCTION_NAMES, findFunction } from '../../../semantics/iot-sql/functions';
import { nearestName } from '../../../semantics/iot-sql/nearest-name';
import { readCaseFiles, statementOf } from './sql-case';

const page = readFileSync('docs/sql.md', 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \| (-|\d{4}-\d\d-\d\d) \| (.+) \|$/gm)].map(([, name, since, here]) => ({
  name,
  since,
  here,
}));

test('docs/sql.md lists every function with the version that brought it and whether it is emulated', () => {
  expect(rows.map(({ name }) => name)).toEqual([...FUNCTION_NAMES].sort());
  for (const { name = '', since, here } of rows.filter((row) => row.name !== 'cast')) {
    expect({ name, since }).toEqual({ name, since: findFunction(name)?.since ?? '-' });
    expect(here === 'known, not emulated').toBe(findFunction(name) === undefined);
  }
});

test('every function has cases', () => {
  const statements = readCaseFiles().flatMap(({ cases }) => cases.map((one) => statementOf(one).toLowerCase()));
  const external = ['aws_lambda', 'get_dynamodb', 'get_thing_shadow'];

  expect(
    FUNCTION_NAMES.filter((name) => !external.includes(name) && !statements.some((sql) => sql.includes(`${name}(`))),
  ).toEqual([]);
});

test.each([
  ['lenght', 'length'],
  ['topics', 'topic'],
  ['isnul', 'isnull'],
])('the name nearest to %s is %s', (name, nearest) => {
  expect(nearestName(name, ['length', 'topic', 'isnull', 'replace'])).toBe(nearest);
});

test('a name far from every other has no nearest one', () => {
  expect(nearestName('substr', ['length', 'topic', 'isnull', 'replace'])).toBeUndefined();
});

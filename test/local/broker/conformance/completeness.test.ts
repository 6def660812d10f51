import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { citations, conformanceTable } from './coverage';
import { STATEMENTS } from './statements';

const cited = citations();

test('the list holds each of the 251 statements of MQTT 5 once', () => {
  expect(new Set(STATEMENTS.map(({ id }) => id)).size).toBe(STATEMENTS.length);
  expect(STATEMENTS).toHaveLength(251);
});

test('every statement is cited by a test, or the list says why not', () => {
  const missing = STATEMENTS.filter(({ id, notTested }) => notTested === undefined && !cited.has(id));

  expect(missing.map(({ id, summary }) => `${id} ${summary}`)).toEqual([]);
});

test('no test cites a statement that does not exist', () => {
  const known = new Set(STATEMENTS.map(({ id }) => id));

  expect([...cited.keys()].filter((id) => !known.has(id))).toEqual([]);
});

test('docs/conformance.md shows the table as it is (npm run conformance writes it)', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/conformance.md'), 'utf8');

  expect(page).toContain(conformanceTable());
});

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { STATEMENTS, type Statement } from './statements';

/** A test whose title cites a statement. */
export interface Citation {
  /** Relative to the repository. */
  readonly file: string;
  readonly title: string;
}

const REPOSITORY = join(__dirname, '../../../..');
const TESTS = join(__dirname, '..');
/** The title of a test, or the name of a case in a table of `test.each`, where it cites a statement of MQTT 5. */
const TITLE = /(?:(?:test|describe|\))\(|\[)\s*(['"`])((?:(?!\1).)*\[MQTT-(?:(?!\1).)*)\1/g;
const IDENTIFIER = /\[(MQTT-\d+\.\d+\.\d+-\d+)\]/g;

/** Every test of the broker that cites a statement, by the statement's id. */
export function citations(): Map<string, Citation[]> {
  const found = new Map<string, Citation[]>();
  for (const file of testFiles()) {
    for (const [, , title] of readFileSync(file, 'utf8').matchAll(TITLE)) {
      for (const [, id] of (title ?? '').matchAll(IDENTIFIER)) {
        const citation = { file: relative(REPOSITORY, file), title: title ?? '' };
        found.set(id ?? '', [...(found.get(id ?? '') ?? []), citation]);
      }
    }
  }
  return found;
}

/** The table of statements and the tests that cite them, as Markdown. */
export function conformanceTable(): string {
  const cited = citations();
  const rows = STATEMENTS.map(
    (statement) => `| ${statement.id} | ${statement.summary} | ${proof(statement, cited)} |\n`,
  );
  return `| statement | asks that | tested by |\n| --- | --- | --- |\n${rows.join('')}`;
}

function proof(statement: Statement, cited: ReadonlyMap<string, readonly Citation[]>): string {
  if (statement.notTested !== undefined) return `not tested: ${statement.notTested}`;
  const files = new Set((cited.get(statement.id) ?? []).map(({ file }) => file));
  return [...files].map((file) => `\`${file.replace('test/local/broker/', '')}\``).join(', ');
}

function testFiles(): string[] {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(TESTS, name));
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What AWS documents, and how it is known that it holds here. */
interface FidelityStatement {
  readonly statement: string;
  /** Where AWS says it. */
  readonly source: string;
  /** The test that proves it: text of the test file that names it, usually its title. */
  readonly test?: { readonly file: string; readonly title: string };
  /** Why there is none. */
  readonly absent?: string;
}

/** The statements on one subject. */
export interface FidelitySubject {
  readonly title: string;
  readonly statements: readonly FidelityStatement[];
}

/** The page that lists them all. */
export const FIDELITY_PAGE = join(__dirname, '../../docs/fidelity.md');

const FOLDER = join(__dirname, 'statements');

/** Every subject, in the order of its file's name. */
export function fidelitySubjects(): FidelitySubject[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FidelitySubject);
}

/** The page in Markdown. */
export function fidelityPage(subjects: readonly FidelitySubject[]): string {
  return [
    '# Fidelity to AWS IoT Core',
    '',
    'What AWS documents, and the test that proves it here or the reason why there is none. Written by `npm run fidelity` from',
    '`test/fidelity/statements`; a test keeps page, statements and tests together.',
    ...subjects.flatMap(section),
    '',
  ].join('\n');
}

function section({ title, statements }: FidelitySubject): string[] {
  const proved = statements.filter((one) => one.test !== undefined).length;
  return [
    '',
    `## ${title}`,
    '',
    `${proved} of ${statements.length} statements have a test.`,
    '',
    '| AWS says | here |',
    '| --- | --- |',
    ...statements.map((one) => `| [${cell(one.statement)}](${one.source}) | ${evidence(one)} |`),
  ];
}

function evidence({ test, absent = '' }: FidelityStatement): string {
  return test === undefined ? `no test: ${cell(absent)}` : `[${cell(shorten(test.title))}](../${test.file})`;
}

function shorten(title: string): string {
  return title.length > 100 ? `${title.slice(0, 97)}...` : title;
}

function cell(text: string): string {
  return text.replace(/[|\\*_[\]<>$`{}]/g, (character) => `\\${character}`);
}

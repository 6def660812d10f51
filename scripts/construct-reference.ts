import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../presence/lwt-options';

const ROOT = join(__dirname, '..');

/** The page of the AWS constructs, which is filled in. */
export const REFERENCE_PAGE = join(ROOT, 'docs/constructs-aws.md');
/** The page of the Azure constructs, which is filled in. */
export const AZURE_REFERENCE_PAGE = join(ROOT, 'docs/constructs-azure.md');

interface Prop {
  readonly name: string;
  readonly required: boolean;
  readonly text: string;
  readonly default: string;
}

/**
 * Fills the tables of props into the text of the reference page, between `<!-- props: Name -->` and `<!-- end -->`, as
 * the sources document them.
 */
export function fillReference(page: string, cloud: Cloud = 'aws'): string {
  const sources = readSources(join(ROOT, 'constructs', cloud));
  return page.replace(
    /(<!-- props: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const props = propsOf(name, sources);
      return `${start}\n${renderTable(props)}\n\n${end}`;
    },
  );
}

/** Names of all interfaces of props that the constructs export. */
export function documentedInterfaces(cloud: Cloud = 'aws'): string[] {
  const sources = readSources(join(ROOT, 'constructs', cloud));
  return [...sources.matchAll(/export interface (\w+Props) /g)].map((match) => match[1] as string);
}

function readSources(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n')
    .concat(readFileSync(join(ROOT, 'presence/lwt-options.ts'), 'utf8'));
}

function propsOf(name: string, sources: string): readonly Prop[] {
  const match = new RegExp(`export interface ${name}(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)\\n\\}`).exec(sources);
  if (match === null) throw new Error(`no interface ${name}`);
  const inherited = (match[1] ?? '').split(', ').filter((parent) => sources.includes(`export interface ${parent} `));
  return [...inherited.flatMap((parent) => propsOf(parent, sources)), ...ownProps(match[2] as string)];
}

function ownProps(body: string): Prop[] {
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\n\s+readonly (\w+)(\??):/g)].map((match) => {
    const comment = (match[1] as string)
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, '').trim())
      .join(' ')
      .trim();
    const [text, rest] = comment.split('@default');
    return {
      name: match[2] as string,
      required: match[3] === '',
      text: inProse(text as string),
      default: rest === undefined ? '' : inProse(rest),
    };
  });
}

function inProse(text: string): string {
  return text
    .replace(/@see \S+/g, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .replace(/^\s*- /, '')
    .trim();
}

function renderTable(props: readonly Prop[]): string {
  const rows = props.map(
    (prop) => `| \`${prop.name}\` | ${prop.required ? '*required*' : prop.default} | ${prop.text} |`,
  );
  return ['| prop | default | is |', '|---|---|---|', ...rows].join('\n');
}

function fillFile(path: string, cloud: Cloud): void {
  writeFileSync(path, fillReference(readFileSync(path, 'utf8'), cloud));
}

if (require.main === module) {
  fillFile(REFERENCE_PAGE, 'aws');
  fillFile(AZURE_REFERENCE_PAGE, 'azure');
}

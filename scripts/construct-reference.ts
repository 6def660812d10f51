import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../presence/lwt-options';

const ROOT = join(__dirname, '..');
const CLOUDS: readonly Cloud[] = ['aws', 'azure'];

/** What one package entry exports, by what it is to a user. */
export interface DocumentedExports {
  /** Classes: each has a section of its own on the page, with an example. */
  readonly classes: readonly string[];
  /** Interfaces of values that users write or get: each has a table, of its own or of what extends it. */
  readonly tables: readonly string[];
  /** Every name, types and constants included: each is on the page. */
  readonly names: readonly string[];
}

interface Prop {
  readonly name: string;
  readonly required: boolean;
  readonly text: string;
  readonly default: string;
}

/** The page of a cloud's constructs. */
export function referencePage(cloud: Cloud): string {
  return join(ROOT, `docs/constructs-${cloud}.md`);
}

/**
 * Fills the tables of members into the text of a reference page, between `<!-- props: Name -->` and `<!-- end -->`, as
 * the sources document them.
 */
export function fillReference(page: string, cloud: Cloud): string {
  const sources = readSources(cloud);
  return page.replace(
    /(<!-- props: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${renderTable(propsOf(name, sources))}\n\n${end}`,
  );
}

/** What `lastwill/aws` or `lastwill/azure` exports. */
export function documentedExports(cloud: Cloud): DocumentedExports {
  const sources = readSources(cloud);
  const index = readFileSync(join(ROOT, 'constructs', cloud, 'index.ts'), 'utf8');
  const names = [...index.matchAll(/export (?:type )?\{([\s\S]*?)\}/g)].flatMap((match) =>
    (match[1] as string)
      .split(',')
      .map((name) => name.replace('type ', '').trim())
      .filter((name) => name !== ''),
  );
  const declared = (kind: string, name: string): boolean => new RegExp(`export ${kind} ${name}\\b`).test(sources);
  return {
    classes: names.filter((name) => declared('(abstract )?class', name)),
    tables: names.filter((name) => {
      const isBase = new RegExp(`export interface \\w+ extends [\\w, ]*\\b${name}\\b`).test(sources);
      return declared('interface', name) && !isConstructInterface(name) && !isBase;
    }),
    names,
  };
}

// `IThing` and its like are what a construct or an import gives, not what a user writes down.
function isConstructInterface(name: string): boolean {
  return /^I[A-Z][a-z]/.test(name);
}

function readSources(cloud: Cloud): string {
  const constructs = join(ROOT, 'constructs', cloud);
  return [
    ...readdirSync(constructs, { recursive: true, encoding: 'utf8' }).map((file) => join(constructs, file)),
    join(ROOT, 'presence/lwt-options.ts'),
    join(ROOT, 'presence/errors.ts'),
  ]
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** Own members and inherited ones, each once: what an interface says again itself is what counts. */
function propsOf(name: string, sources: string): readonly Prop[] {
  const match = new RegExp(`export interface ${name}(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)\\n\\}`).exec(sources);
  if (match === null) throw new Error(`no interface ${name}`);
  const parents = (match[1] ?? '').split(', ').filter((parent) => sources.includes(`export interface ${parent} `));
  const all = [...parents.flatMap((parent) => propsOf(parent, sources)), ...ownProps(match[2] as string)];
  return [...new Map(all.map((prop) => [prop.name, prop])).values()];
}

function ownProps(body: string): Prop[] {
  const member = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?:readonly )?(\w+)(\??)[:(]/gm;
  return [...body.matchAll(member)].map(([, documentation = '', name = '', optional]) => {
    const comment = documentation
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, '').trim())
      .join(' ')
      .trim();
    const [text, rest] = comment.split('@default');
    return {
      name,
      required: optional === '',
      text: inProse(text as string),
      default: rest === undefined ? '' : inProse(rest),
    };
  });
}

function inProse(text: string): string {
  return text
    .replace(/@see \S+/g, '')
    .replace(/@(throws|returns)[\s\S]*$/, '')
    .replace(/\{@link ([\w.]+)\}/g, '`$1`')
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

if (require.main === module) {
  for (const cloud of CLOUDS) {
    const path = referencePage(cloud);
    writeFileSync(path, fillReference(readFileSync(path, 'utf8'), cloud));
  }
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import * as awsConstructs from '../../constructs/aws';
import * as azureConstructs from '../../constructs/azure';
import type { Cloud } from '../../presence/lwt-options';
import { documentedExports, fillReference } from '../../scripts/construct-reference';
import { LocalCloud } from '../../testing';
import { synthesized } from '../constructs/azure/synthesized';
import { ConstructPage } from './construct-page';
import { type Bench, INPUT_TYPES, NEW_BENCH, runExample } from './example-bench';

const root = join(__dirname, '../..');
const CLOUDS = ['aws', 'azure'] as const;
const CONSTRUCTS: Readonly<Record<Cloud, object>> = { aws: awsConstructs, azure: azureConstructs };
const PAGES: Readonly<Record<Cloud, ConstructPage>> = {
  aws: new ConstructPage('aws'),
  azure: new ConstructPage('azure'),
};

describe.each(CLOUDS)('the page of the constructs for %s', (cloud) => {
  const page = PAGES[cloud];
  const { classes, tables, names } = documentedExports(cloud);

  test('has tables that say what the sources say', () => {
    expect(fillReference(page.text, cloud)).toBe(page.text);
  });

  test('says of every member what it is', () => {
    expect(page.text.split('\n').filter((line) => /^\| `.*\|\s*\|$/.test(line))).toEqual([]);
  });

  test('names each member once in a table', () => {
    const repeated = [...page.text.matchAll(/<!-- props: (\w+) -->([\s\S]*?)<!-- end -->/g)].flatMap(
      ([, name, table]) => {
        const members = [...(table ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, member]) => `${name}.${member}`);
        return members.filter((member, index) => members.indexOf(member) !== index);
      },
    );

    expect(repeated).toEqual([]);
  });

  test('has a section with an example for every class', () => {
    const lacking = classes.filter((name) => {
      const example = page.sectionOf(name)?.examples.join('\n') ?? '';
      return !new RegExp(`\\b${name}\\b`).test(example);
    });

    expect(lacking).toEqual([]);
  });

  test('has a table for every interface of values', () => {
    expect(tables.filter((name) => !page.text.includes(`<!-- props: ${name} -->`))).toEqual([]);
  });

  test('names every export', () => {
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page.text))).toEqual([]);
  });

  test.each(classes.filter((name) => isConstruct(cloud, name)))(
    'says what %s renders, which its example does',
    (name) => {
      const section = page.sectionOf(name);
      const [, rendered] = /Renders\s([\s\S]*)/.exec(section?.prose ?? '') ?? [];
      const types = [
        ...(rendered ?? '').matchAll(/`((?:AWS|Custom)::[\w:]+|Microsoft\.[\w./]+|azapi_\w+|time_\w+)`/g),
      ].map(([, type]) => type as string);
      const templates = (section?.examples ?? []).map((code) => {
        const bench = NEW_BENCH[cloud]();
        runExample(code, bench);
        return synthesize(bench);
      });

      expect(types).not.toEqual([]);
      expect(types.filter((type) => !new RegExp(`"${type}["@]`).test(templates.join('\n')))).toEqual([]);
    },
  );

  test.each(page.examples)('the example of %s runs, and the embedded cloud takes what it renders', async (_, code) => {
    const bench = NEW_BENCH[cloud]();
    const behaviours = runExample(code, bench);

    await LocalCloud.deploy(bench.stack);

    for (const [, behaviour] of behaviours) await behaviour();
  });
});

test('the examples are correct TypeScript for a user of the package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-examples-'));
  try {
    expect(typeCheck(directory)).toBe('');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

function isConstruct(cloud: Cloud, name: string): boolean {
  const constructs: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(CONSTRUCTS[cloud]));
  const exported = constructs[name];
  return typeof exported === 'function' && exported.prototype instanceof Construct;
}

function synthesize({ stack }: Bench): string {
  if (stack instanceof TerraformStack) return JSON.stringify(synthesized(stack).template);
  return JSON.stringify(Template.fromStack(stack).toJSON());
}

function typeCheck(directory: string): string {
  for (const cloud of CLOUDS) {
    const inputs = Object.entries(INPUT_TYPES[cloud]).map(([name, type]) => `declare const ${name}: ${type};`);
    for (const [index, [, code]] of PAGES[cloud].examples.entries()) {
      writeFileSync(join(directory, `${cloud}${index}.ts`), [...inputs, code, 'export {};'].join('\n'));
    }
  }
  const modules = ['aws-cdk-lib', 'cdktf', 'constructs'];
  const paths = {
    ...Object.fromEntries(CLOUDS.map((cloud) => [`lastwill/${cloud}`, [join(root, `constructs/${cloud}/index.ts`)]])),
    'lastwill/testing': [join(root, 'testing/index.ts')],
    'lastwill/testing/matchers': [join(root, 'testing/matchers.ts')],
    ...Object.fromEntries(
      modules.flatMap((name) => [
        [name, [join(root, 'node_modules', name)]],
        [`${name}/*`, [join(root, 'node_modules', name, '*')]],
      ]),
    ),
  };
  const compilerOptions = { paths, noUnusedLocals: false, typeRoots: [join(root, 'node_modules/@types')] };
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(tsconfig));
  try {
    return execFileSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', directory], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { readonly stdout: unknown }).stdout);
  }
}

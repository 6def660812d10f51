import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import * as constructs from '../../constructs/aws';
import { documentedInterfaces, fillReference, REFERENCE_PAGE } from '../../scripts/construct-reference';
import { fixtureCertificate } from '../fixtures/certificates';
import { fixtureCsr } from '../fixtures/store';

const root = join(__dirname, '../..');
const page = readFileSync(REFERENCE_PAGE, 'utf8');

/** The examples of the page by the headings that they stand under. */
const examples = [...page.matchAll(/^## (.+)\n[\s\S]*?```ts\n([\s\S]*?)```/gm)].map(
  (match) => [match[1] as string, match[2] as string] as const,
);

test('the tables of props say what the sources say', () => {
  expect(fillReference(page)).toBe(page);
});

test.each(documentedInterfaces())('%s is on the page', (name) => {
  expect(page).toContain(`<!-- props: ${name} -->`);
});

test.each(examples)('the example of %s runs and synthesizes', (_, code) => {
  const stack = new Stack(new App(), 'Stack');
  const inputs = {
    stack,
    csr: fixtureCsr('pump7'),
    caCertificatePem: fixtureCertificate('authority'),
    bucket: new Bucket(stack, 'Bucket'),
    notificationTopic: new constructs.NotificationTopic(stack, 'ExampleTopic').topic,
  };
  const { code: script } = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const load = (name: string): unknown => (name === 'lastwill/aws' ? constructs : require(name));

  new Function('require', 'exports', ...Object.keys(inputs), script)(load, {}, ...Object.values(inputs));

  expect(() => Template.fromStack(stack)).not.toThrow();
});

test('the examples are correct TypeScript for a user of the package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-examples-'));
  try {
    expect(typeCheck(directory)).toBe('');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

function typeCheck(directory: string): string {
  const inputs = [
    "import type { Stack } from 'aws-cdk-lib';",
    "import type { IBucket } from 'aws-cdk-lib/aws-s3';",
    "import type { ITopic } from 'aws-cdk-lib/aws-sns';",
    'declare global { const stack: Stack; const bucket: IBucket; const notificationTopic: ITopic; }',
    'declare global { const csr: string; const caCertificatePem: string; }',
  ];
  writeFileSync(join(directory, 'inputs.d.ts'), inputs.join('\n'));
  for (const [index, [, code]] of examples.entries()) writeFileSync(join(directory, `example${index}.ts`), code);
  const paths = {
    'lastwill/aws': [join(root, 'constructs/aws/index.ts')],
    ...Object.fromEntries(
      ['aws-cdk-lib', 'constructs'].flatMap((name) => [
        [name, [join(root, 'node_modules', name)]],
        [`${name}/*`, [join(root, 'node_modules', name, '*')]],
      ]),
    ),
  };
  const compilerOptions = {
    paths,
    noUnusedLocals: false,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
  };
  const tsconfig = { extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(tsconfig));
  try {
    return execFileSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', directory], { encoding: 'utf8' });
  } catch (error) {
    return String((error as { readonly stdout: unknown }).stdout);
  }
}

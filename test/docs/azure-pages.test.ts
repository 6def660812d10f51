import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import * as constructs from '../../constructs/azure';
import { AZURE_LWT_ENVIRONMENT } from '../../lib/azure-lwt-environment';
import { AZURE_REFERENCE_PAGE, documentedInterfaces, fillReference } from '../../scripts/construct-reference';
import { newNamespace, newStack, synthesized, THUMBPRINT } from '../constructs/azure/synthesized';

const root = join(__dirname, '../..');
const reference = readFileSync(AZURE_REFERENCE_PAGE, 'utf8');
const deployment = readFileSync(join(root, 'docs/azure-deployment.md'), 'utf8');

const examples = [...reference.matchAll(/^## (.+)\n[\s\S]*?```ts\n([\s\S]*?)```/gm)].map(
  (match) => [match[1] as string, match[2] as string] as const,
);

test('the tables of props say what the sources say', () => {
  expect(fillReference(reference, 'azure')).toBe(reference);
});

test.each(documentedInterfaces('azure'))('%s is on the page', (name) => {
  expect(reference).toContain(`<!-- props: ${name} -->`);
});

test.each(examples)('the example of %s runs and synthesizes', (_, code) => {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: true });
  const inputs = { stack, namespace, resourceGroup: namespace.resourceGroup, thumbprint: THUMBPRINT };
  const { code: script } = transformSync(code, {
    jsc: { parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const load = (name: string): unknown => (name === 'lastwill/azure' ? constructs : require(name));

  new Function('require', 'exports', ...Object.keys(inputs), script)(load, {}, ...Object.values(inputs));

  expect(() => synthesized(stack)).not.toThrow();
});

test('every warning is on the page', () => {
  const sources = ['constructs/azure', 'lib']
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(root, folder, file)))
    .filter((file) => /azure.*\.ts$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const ids = [...sources.matchAll(/'(lastwill:\w+)'/g)].map((match) => match[1] as string);

  const missing = ids.filter((id) => id !== 'lastwill:acknowledged' && !reference.includes(`\`${id}\``));

  expect(ids.length).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});

test('every environment variable is on the page as the source says it', () => {
  for (const [name, meaning] of Object.entries(AZURE_LWT_ENVIRONMENT)) {
    expect(deployment).toContain(`| \`${name}\` | ${meaning} |`);
  }
});

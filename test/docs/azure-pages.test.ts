import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AZURE_LWT_ENVIRONMENT } from '../../lib/azure-lwt-environment';
import { referencePage } from '../../scripts/construct-reference';

const root = join(__dirname, '../..');
const reference = readFileSync(referencePage('azure'), 'utf8');
const deployment = readFileSync(join(root, 'docs/azure-deployment.md'), 'utf8');

/** Names of metadata that begin as the ids of warnings do. */
const NO_WARNINGS = ['lastwill:acknowledged', 'lastwill:will'];

test('every warning is on the page', () => {
  const sources = ['constructs/azure', 'lib']
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(root, folder, file)))
    .filter((file) => /azure.*\.ts$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const ids = [...sources.matchAll(/'(lastwill:\w+)'/g)].map((match) => match[1] as string);

  const missing = ids.filter((id) => !NO_WARNINGS.includes(id) && !reference.includes(`\`${id}\``));

  expect(ids.length).toBeGreaterThan(8);
  expect(missing).toEqual([]);
});

test('every environment variable is on the page as the source says it', () => {
  for (const [name, meaning] of Object.entries(AZURE_LWT_ENVIRONMENT)) {
    expect(deployment).toContain(`| \`${name}\` | ${meaning} |`);
  }
});

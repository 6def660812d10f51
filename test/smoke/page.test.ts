import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILES } from '../../local/broker/profiles';
import { AWS_PROBES } from '../../smoke/probes/aws';
import { AZURE_PROBES } from '../../smoke/probes/azure';
import { probeTable } from '../../smoke/probes/probe-table';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/smoke.md'), 'utf8');

test('the page lists every probe with what is asked; else run: node --import tsx scripts/smoke-probes.ts', () => {
  expect(page).toContain(probeTable(AWS_PROBES));
  expect(page).toContain(probeTable(AZURE_PROBES));
});

const options = [...AWS_PROBES, ...AZURE_PROBES].flatMap(({ undocumented = {} }) => Object.values(undocumented));

test.each([...new Set(options)])('what decides a observation exists: %s', (option) => {
  const [, path, file = ''] = /^(?:(.+) of )?([\w/.-]+\.ts)$/.exec(option) ?? [];
  const source = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  const profile = /^local\/broker\/profiles\/(aws|azure)\.ts$/.exec(file)?.[1] as 'aws' | 'azure' | undefined;

  expect(source).not.toBe('');
  if (profile === undefined) expect(source).toContain(path ?? '');
  else expect(valueAt(PROFILES[profile], path ?? '')).toBeDefined();
});

function valueAt(value: object, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

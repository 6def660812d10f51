import { readFileSync } from 'node:fs';
import { AWS_RULES, AZURE_RULES } from '../../checks';

interface Documented {
  readonly id: string;
  readonly severity: string;
  readonly what: string;
  readonly why: string;
  readonly see: string;
}

function row({ id, severity, what, why, see }: Documented): string {
  return `| \`${id}\` | ${severity} | ${what} | ${why} [Source](${see}) |`;
}

test('docs/rules.md lists every rule with its severity, what it demands and why', () => {
  const page = readFileSync('docs/rules.md', 'utf8');

  expect(page.split('\n').filter((line) => line.startsWith('| `lastwill:'))).toEqual(
    [...AWS_RULES, ...AZURE_RULES].map(row),
  );
});

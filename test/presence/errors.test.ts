import { readFileSync } from 'node:fs';
import { ERROR_CODES, mustBe } from '../../presence/errors';

test('docs/errors.md lists every error code with its meaning and exit code', () => {
  const page = readFileSync('docs/errors.md', 'utf8');
  const rows = Object.entries(ERROR_CODES).map(
    ([code, entry]) => `| \`${code}\` | ${entry.meaning} | ${entry.exitCode} |`,
  );

  expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
});

test('an error names the prop, the rule and the value as it was written', () => {
  expect(mustBe('willQos', '0 or 1', 2)).toBe('willQos must be 0 or 1, got 2');
  expect(mustBe('notify[0]', 'an e-mail address', 'x')).toBe("notify[0] must be an e-mail address, got 'x'");
});

import { readFileSync } from 'node:fs';
import { API_REPORT, renderApiReport } from '../../scripts/api-report';

test('the report of the surface says what the compiler declares', () => {
  expect(renderApiReport()).toBe(readFileSync(API_REPORT, 'utf8'));
}, 60_000);

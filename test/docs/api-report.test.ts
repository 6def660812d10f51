import { readFileSync } from 'node:fs';
import { apiReportPath, REPORTED, renderApiReport } from '../../scripts/api-report';

test.each(REPORTED)(
  'the report of the surface of lastwill/%s says what the compiler declares',
  (name) => {
    expect(renderApiReport(name)).toBe(readFileSync(apiReportPath(name), 'utf8'));
  },
  60_000,
);

import { readFileSync, writeFileSync } from 'node:fs';
import { AWS_PROBES } from '../smoke/probes/aws';
import { AZURE_PROBES } from '../smoke/probes/azure';
import { probeTable } from '../smoke/probes/probe-table';

const PAGE = 'docs/smoke.md';

/** Writes the probes into the page of the smoke tests, between its marks. */
const tables = { aws: probeTable(AWS_PROBES), azure: probeTable(AZURE_PROBES) };
let page = readFileSync(PAGE, 'utf8');
for (const [cloud, table] of Object.entries(tables)) {
  const marks = new RegExp(`(<!-- probes ${cloud} -->\n)[\\s\\S]*?(<!-- end -->)`);
  page = page.replace(marks, (_all, before: string, after: string) => `${before}${table}\n${after}`);
}
writeFileSync(PAGE, page);

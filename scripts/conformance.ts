import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformanceTable } from '../test/local/broker/conformance/coverage';

// Writes the table of normative statements into docs/conformance.md, below the text that people write.

const page = join(__dirname, '../docs/conformance.md');
const MARK = '<!-- written by npm run conformance; do not edit below -->';
const [text] = readFileSync(page, 'utf8').split(MARK);
writeFileSync(page, `${text}${MARK}\n\n${conformanceTable()}`);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addDoctorCommand } from '../../bin/commands/doctor';
import { awsChecks } from '../../bin/doctor/aws/checks';
import { azureChecks } from '../../bin/doctor/azure/checks';
import { type Check, ok } from '../../bin/doctor/check';
import { live } from '../../bin/doctor/live';

const page = readFileSync(join(__dirname, '../../docs/doctor.md'), 'utf8');
const everything = { device: 'd', willTopic: 'w', willPayload: '', publishTopic: 'p', subscribeFilter: 's' };

/** The rows of the table below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) => line.slice(2, -2).split(' | '));
}

function documented<Ports>(checks: readonly Check<Ports>[]): readonly (readonly string[])[] {
  const all = [...checks, live<Ports>(async () => ok(''))];
  return all.map(({ name, what, why }) => [name, what, why]);
}

test('the page lists every check on AWS with what it looks at and why', () => {
  expect(rowsBelow('On AWS')).toEqual(documented(awsChecks(everything)));
});

test('the page lists every check on Azure with what it looks at and why', () => {
  expect(rowsBelow('On Azure')).toEqual(documented(azureChecks(everything)));
});

test('the page names every option', () => {
  const program = new Command();
  addDoctorCommand(program);
  const options = program.commands.find((command) => command.name() === 'doctor')?.options ?? [];

  const missing = options.map(({ long }) => long ?? '').filter((flag) => !page.includes(flag));

  expect(options.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

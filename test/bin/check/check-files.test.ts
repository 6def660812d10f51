import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdktf';
import { checkFiles } from '../../../bin/check/check-files';
import { AzureLwtStack } from '../../../lib/azure-lwt-stack';
import { LWT_TEMPLATE } from '../../testing/lwt-template';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

function file(name: string, text: string): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}

test('files of both clouds are told apart by their content and checked by the rules of their cloud', () => {
  const stack = new AzureLwtStack(Testing.app(), 'lwt', {
    namespaceName: 'lastwill-test',
    sensors: [{ name: 'sensor1', thumbprints: ['A'.repeat(64)] }],
    actuators: [{ name: 'actuator1', thumbprints: ['B'.repeat(64)] }],
  });
  const aws = file('aws.json', JSON.stringify(LWT_TEMPLATE));
  const azure = file('azure.json', Testing.synth(stack));

  const report = checkFiles([aws, azure], { wills: [{ topic: 'clients/{device}/status' }], acknowledged: [] });

  expect(report.findings.filter(({ template }) => template === azure)).toEqual([]);
  expect(report.findings.filter(({ template }) => template === aws).map(({ ruleId }) => ruleId)).toEqual([
    'lastwill:willNotPublishable',
    'lastwill:willNotPublishable',
    'lastwill:willNotHeard',
    'lastwill:errorActionMissing',
  ]);
  expect(report.applied).toContain('lastwill:groupMatchesNoClient');
});

import { join } from 'node:path';
import { readTemplates } from '../../../bin/local/templates';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

test.each([
  ['greenhouse.template.json', 'npx cdk synth'],
  ['cdk.tf.json', 'the cdktf app, e.g. npm run synth'],
])('%s that is not there is to be synthesized first', (name, synth) => {
  const path = join(directory.path, name);

  expect(() => readTemplates([path])).toThrow(
    `there is no template ${path}: synthesize it first (${synth}), or name another`,
  );
});

test('what cannot be read is named with the reason', () => {
  expect(() => readTemplates([directory.path])).toThrow(
    `cannot read template ${directory.path}: EISDIR: illegal operation on a directory, read`,
  );
});

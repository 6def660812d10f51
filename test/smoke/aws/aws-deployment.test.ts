import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { Engine } from '../../../local/engine';
import { AwsDeployment } from '../../../smoke/aws/aws-deployment';
import { Interrupted } from '../../../smoke/interrupted';
import { Programs } from '../../../smoke/run/programs';
import { fakePrograms } from '../fake-programs';

const programs = fakePrograms();
let account: Engine;
let session: AwsSession;

/** An account that has one stack already. */
beforeAll(async () => {
  const json = { Resources: { Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'old' } } } };
  account = await Engine.start({ aws: { templates: [{ name: 'old.json', stackName: 'smoke-0ld0-LwtStack', json }] } });
  const { control: endpoint } = await account.listen();
  const credentials = account.aws?.iamIdentity;
  session = new AwsSession({ endpoint, region: 'us-east-1', ...(credentials === undefined ? {} : { credentials }) });
});

afterAll(async () => {
  session.close();
  await account.stop();
});

/** An assembly, as `cdk synth` writes it, that `npx` gives out. */
function assembly(stackNames: readonly string[]): string {
  const folder = join(programs.path, 'assembly');
  mkdirSync(folder);
  const artifacts = Object.fromEntries(
    stackNames.map((stackName, index) => [
      `Stack${index}`,
      {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { stackName, templateFile: `Stack${index}.template.json` },
      },
    ]),
  );
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
  for (const index of stackNames.keys()) writeFileSync(join(folder, `Stack${index}.template.json`), '{"Resources":{}}');
  return folder;
}

const SYNTH = (folder: string): string =>
  `case "$*" in *" synth "*) mkdir -p $WORK/cdk.out; cp ${folder}/* $WORK/cdk.out;; esac`;

function deployment(options: { readonly prefix?: string; readonly signal?: AbortSignal } = {}): AwsDeployment {
  const workDirectory = join(programs.path, 'work');
  process.env.WORK = workDirectory;
  return new AwsDeployment({
    prefix: options.prefix ?? 'smoke-7777-',
    workDirectory,
    root: programs.path,
    store: join(programs.path, 'certificates'),
    emails: ['support@example.com', 'night@example.com'],
    region: 'eu-west-1',
    session,
    programs: new Programs(() => undefined),
    signal: options.signal ?? new AbortController().signal,
    makeKeys: async () => undefined,
  });
}

afterEach(() => {
  delete process.env.WORK;
});

test('deploys and destroys the very assembly that was looked at', async () => {
  programs.add('npx', SYNTH(assembly(['smoke-7777-LwtStack', 'smoke-7777-ProbeRules'])));
  const stacks = deployment();
  const out = join(programs.path, 'work', 'cdk.out');

  await stacks.prepare();
  await stacks.deploy();
  await stacks.destroy();

  const context = `-c namePrefix=smoke-7777- -c store=${join(programs.path, 'certificates')} -c alarms=false -c errorLogRetentionDays=1 -c emails=support@example.com,night@example.com`;
  expect(programs.calls).toEqual([
    `npx --no-install cdk synth --quiet --app node --import tsx smoke/aws/app.ts --output ${out} ${context} --no-notices`,
    `npx --no-install cdk deploy --all --app ${out} --require-approval never --progress events --no-notices`,
    `npx --no-install cdk destroy --all --force --app ${out} --no-notices`,
  ]);
  expect(stacks.templates.map(({ stackName }) => stackName)).toEqual(['smoke-7777-LwtStack', 'smoke-7777-ProbeRules']);
});

test('fails to prepare when a stack lacks the prefix, before anything is deployed', async () => {
  programs.add('npx', SYNTH(assembly(['smoke-7777-LwtStack', 'LwtStack'])));

  await expect(deployment().prepare()).rejects.toThrow(
    "names must start with 'smoke-7777-', or nothing is deployed; got LwtStack",
  );
  expect(programs.calls).toHaveLength(1);
});

test('fails to prepare when the prefix is none of a smoke test', async () => {
  programs.add('npx', SYNTH(assembly(['LwtStack'])));

  await expect(deployment({ prefix: 'L' }).prepare()).rejects.toThrow('--prefix must be');
});

test('fails to prepare when a stack of that name exists already', async () => {
  programs.add('npx', SYNTH(assembly(['smoke-0ld0-LwtStack'])));

  await expect(deployment({ prefix: 'smoke-0ld0-' }).prepare()).rejects.toThrow(
    "stack smoke-0ld0-LwtStack exists already, so that it is not this run's own",
  );
});

test('tells that deploying failed', async () => {
  programs.add('npx', `${SYNTH(assembly(['smoke-7777-LwtStack']))}; case "$*" in *" deploy "*) exit 3;; esac`);
  const stacks = deployment();
  await stacks.prepare();

  await expect(stacks.deploy()).rejects.toThrow(/^npx --no-install cdk deploy .* ended with 3; see above$/);
});

test('ends a deployment as Ctrl-C does when it is interrupted, and can still destroy', async () => {
  const interruption = new AbortController();
  const wait = `trap 'echo interrupted >> ${join(programs.path, 'calls')}; exit 130' INT; echo started; while :; do sleep 0.01; done`;
  programs.add('npx', `${SYNTH(assembly(['smoke-7777-LwtStack']))}; case "$*" in *" deploy "*) ${wait};; esac`);
  const workDirectory = join(programs.path, 'work');
  process.env.WORK = workDirectory;
  const stacks = new AwsDeployment({
    prefix: 'smoke-7777-',
    workDirectory,
    root: programs.path,
    store: programs.path,
    emails: [],
    region: 'eu-west-1',
    session,
    // What it prints says that it has begun.
    programs: new Programs((text) => (text.includes('started') ? interruption.abort() : undefined)),
    signal: interruption.signal,
    makeKeys: async () => undefined,
  });
  await stacks.prepare();

  await expect(stacks.deploy()).rejects.toThrow(Interrupted);
  await stacks.destroy();

  expect(programs.calls.map((call) => call.replace(/^npx --no-install cdk (\w+) .*/, '$1'))).toEqual([
    'synth',
    'deploy',
    'interrupted',
    'destroy',
  ]);
});

test('names the commands that delete what is left', async () => {
  programs.add('npx', SYNTH(assembly(['smoke-7777-LwtStack', 'smoke-7777-ProbeRules'])));
  const stacks = deployment();
  await stacks.prepare();

  expect(stacks.remains.command).toBe(
    'aws cloudformation delete-stack --region eu-west-1 --stack-name smoke-7777-LwtStack && aws cloudformation delete-stack --region eu-west-1 --stack-name smoke-7777-ProbeRules',
  );
});

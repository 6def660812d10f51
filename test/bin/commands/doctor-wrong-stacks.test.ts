import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack | undefined;
afterEach(async () => {
  await deployed?.engine.stop();
  deployed = undefined;
});

/** The line of one check, and how many others failed. */
async function line(check: string, flags: readonly string[] = []) {
  const place = deployed === undefined ? [] : ['--state', deployed.state, '--store', deployed.store];
  const { stdout, exitCode } = await run('doctor', 'aws', '--device', 'lwtThing', ...place, ...flags);
  const lines = stdout.trimEnd().split('\n');
  const found = lines.find((each) => each.startsWith(`${check} `))?.replace(/^.*? {2,}/, '');
  return { line: found, failed: lines.filter((each) => / failed {3}/.test(each)).length, exitCode };
}

const RULE = 'AWS::IoT::TopicRule';
const stacks: readonly (readonly [string, string, Parameters<typeof deploy>[1], string])[] = [
  [
    'an e-mail address that was not confirmed',
    'e-mails confirmed',
    { unconfirmed: ['support@example.com'] },
    'not confirmed by support@example.com; follow the link in the e-mail “AWS Notification - Subscription Confirmation”',
  ],
  [
    'a rule that is disabled',
    'rule matches will',
    { changes: { [RULE]: { TopicRulePayload: { RuleDisabled: true } } } },
    'lastWillRule is disabled; enable the rule in its stack, and deploy',
  ],
  [
    'a rule without error action',
    'error action',
    { changes: { [RULE]: { TopicRulePayload: { ErrorAction: undefined } } } },
    'lastWillRule has no error action; add one, e.g. to a CloudWatch log group',
  ],
  [
    'a role that AWS IoT may not take on',
    'role allows actions',
    { changes: { 'AWS::IAM::Role': { AssumeRolePolicyDocument: { Statement: [] } } } },
    'arn:aws:iam::123456789012:role/lwtRuleRole does not let AWS IoT take it on; allow sts:AssumeRole for the service iot.amazonaws.com in its trust policy',
  ],
];

test.each(stacks)('%s is one line that says what to do', async (_what, check, options, says) => {
  deployed = await deploy(directory.path, options);

  expect(await line(check)).toEqual({ line: `failed   ${says}`, failed: 1, exitCode: 1 });
});

test('a certificate that is not active is one line that says what to do', async () => {
  deployed = await deploy(directory.path, { changes: { 'AWS::IoT::Certificate': { Status: 'INACTIVE' } } });

  expect(await line('certificate valid')).toEqual({
    line: expect.stringMatching(
      /^failed {3}certificate [0-9a-f]{64} is INACTIVE; activate it: set status: 'ACTIVE' in its stack and deploy$/,
    ),
    failed: 1,
    exitCode: 1,
  });
});

test.each([
  [
    'private-key.pem',
    'scribble',
    /private-key\.pem is not the key of certificate [0-9a-f]{64}; use the key that its signing request was made with/,
  ],
  [
    'client-cert.pem',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    /client-cert\.pem is no certificate in PEM; move it away and get it again with: npm run -s lastwill -- certificates pull lwtThing/,
  ],
])('a %s that cannot be used is one line that says what to do', async (file, text, says) => {
  deployed = await deploy(directory.path);
  const { state, store } = deployed;
  await run('certificates', 'pull', 'lwtThing', '--state', state, '--store', store);
  writeFileSync(join(store, 'aws/lwtThing', file), text);

  expect(await line('key and certificate')).toEqual({
    line: expect.stringMatching(says),
    failed: 1,
    exitCode: 1,
  });
  expect((await line('endpoint')).line).toMatch(/^ok /);
});

test('another region than that of the stack is one line that says what to do, and the others point there', async () => {
  deployed = await deploy(directory.path);

  expect(await line('account', ['--region', 'eu-west-1'])).toEqual({
    line: expect.stringMatching(
      /^failed {3}AWS refused the region \(.*'eu-west-1'.*\); name the region of the stack with --region$/,
    ),
    failed: 1,
    exitCode: 1,
  });
  expect((await line('may connect', ['--region', 'eu-west-1'])).line).toBe('unknown  see account');
});

test.each([
  [
    ['--region', 'eu-west-1'],
    "there are no AWS credentials; log in with 'aws sso login' and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  ],
  [[], 'there is no AWS region; name one with --region, or set AWS_REGION'],
])('without credentials or region (%j) it is one line that says what to do', async (flags, says) => {
  expect(await line('account', flags)).toEqual({ line: `failed   ${says}`, failed: 1, exitCode: 1 });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureCsr } from '../../fixtures/store';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const ARN = 'arn:aws:iot:us-east-1:123456789012:';
const directory = temporaryDirectory();

function allow(action: string, resource: string) {
  return { Effect: 'Allow', Action: action, Resource: `${ARN}${resource}` };
}

function templateFile(resources: object = {}): string {
  const file = join(directory.path, 'Fleet.template.json');
  const thing = '${iot:Connection.Thing.ThingName}';
  const Statement = [
    allow('iot:Connect', `client/${thing}`),
    { Sid: 'Will', ...allow('iot:Publish', `topic/last/${thing}`) },
  ];
  const Resources = {
    Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } },
    Certificate: certificate('ACTIVE'),
    Policy: {
      Type: 'AWS::IoT::Policy',
      Properties: { PolicyName: 'lwtPolicy', PolicyDocument: { Version: '2012-10-17', Statement } },
    },
    ...attachments('Certificate'),
    ...resources,
  };
  writeFileSync(file, JSON.stringify({ Resources }));
  return file;
}

function certificate(Status: string) {
  return { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: fixtureCsr('lwtThing'), Status } };
}

function attachments(certificateId: string) {
  const Principal = { 'Fn::GetAtt': [certificateId, 'Arn'] };
  return {
    [`${certificateId}Policy`]: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal },
    },
    [`${certificateId}Thing`]: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: { Ref: 'Thing' }, Principal },
    },
  };
}

function explain(file: string, action: string, resource: string, ...more: readonly string[]) {
  return run('explain', '--aws', file, '--client', 'lwtThing', '--action', action, '--resource', resource, ...more);
}

test('what is allowed exits with 0 and names statement, policies and variables', async () => {
  const { exitCode, stdout, stderr } = await explain(templateFile(), 'iot:Publish', 'topic/last/lwtThing');

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.replace(/[0-9a-f]{64}/, 'ID')).toBe(
    [
      `allowed   iot:Publish on ${ARN}topic/last/lwtThing is allowed by Statement[1] (Sid 'Will') of policy 'lwtPolicy'`,
      'client    lwtThing',
      "principal certificate 'Certificate' (ID)",
      'policies  lwtPolicy',
      "statement Statement[1] (Sid 'Will') of policy 'lwtPolicy'",
      'variable  ${iot:Connection.Thing.ThingName} = lwtThing',
      '',
    ].join('\n'),
  );
});

test('what is denied exits with 1 and names the nearest statement; --json is one line', async () => {
  const { exitCode, stdout, stderr } = await explain(templateFile(), 'iot:Publish', 'topic/last/pump7', '--json');

  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'lastwill: iot:Publish is denied\n' });
  expect(stdout.trimEnd()).not.toContain('\n');
  expect(JSON.parse(stdout)).toEqual({
    decision: 'denied',
    reason:
      `iot:Publish on ${ARN}topic/last/pump7 is denied: no statement of policy 'lwtPolicy' allows it; nearest is Statement[1] (Sid 'Will') of ` +
      `policy 'lwtPolicy', whose resource ${ARN}topic/last/\${iot:Connection.Thing.ThingName} (here ${ARN}topic/last/lwtThing) does not match`,
    action: 'iot:Publish',
    resource: `${ARN}topic/last/pump7`,
    clientId: 'lwtThing',
    principal: expect.stringMatching(/^certificate 'Certificate' \([0-9a-f]{64}\)$/),
    policies: ['lwtPolicy'],
    statement: "Statement[1] (Sid 'Will') of policy 'lwtPolicy'",
    variables: { 'iot:Connection.Thing.ThingName': 'lwtThing' },
    warnings: [],
  });
});

test('a certificate that is not active allows nothing', async () => {
  const file = templateFile({ Certificate: certificate('INACTIVE') });

  const { exitCode, stdout } = await explain(file, 'iot:Connect', 'client/lwtThing');

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^denied {4}DEVICE_CERTIFICATE_INACTIVE: certificate 'Certificate' \(\w+\) is not active but INACTIVE$/m,
  );
});

test('iot:Connect may be asked about with a will and a persistent session', async () => {
  const condition = { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } };
  const Statement = [{ ...allow('iot:Connect', 'client/*'), Condition: condition }];
  const file = templateFile({
    Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'p', PolicyDocument: { Statement } } },
  });

  const withWill = await explain(file, 'iot:Connect', 'client/lwtThing', '--will-topic', 'last/will');
  const persistent = await explain(file, 'iot:Connect', 'client/lwtThing', '--persistent');

  expect(withWill.exitCode).toBe(0);
  expect(persistent.exitCode).toBe(1);
  expect(persistent.stdout).toContain("but iot:ConnectAttributes is 'PersistentConnect'");
});

test('fails when a thing has two certificates and none is chosen', async () => {
  const file = templateFile({ Spare: certificate('INACTIVE'), ...attachments('Spare') });

  const unclear = await explain(file, 'iot:Connect', 'client/lwtThing');
  const chosen = await explain(file, 'iot:Connect', 'client/lwtThing', '--principal', 'Certificate');

  expect(unclear).toMatchObject({
    exitCode: 2,
    stderr: "lastwill: thing 'lwtThing' has 2 certificates: choose one with --principal (Certificate, Spare)\n",
  });
  expect(chosen.exitCode).toBe(0);
});

test('fails for a file that is not there and a certificate that is none', async () => {
  const missing = await explain('nowhere.json', 'iot:Connect', 'client/a');
  const nobody = await explain(templateFile(), 'iot:Connect', 'client/a', '--principal', 'Nobody');

  expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no template nowhere.json') });
  expect(nobody).toMatchObject({
    exitCode: 2,
    stderr: "lastwill: --principal must be a certificate of the templates (Certificate), got 'Nobody'\n",
  });
});

import { X509Certificate } from 'node:crypto';
import { awsChecks } from '../../../../bin/doctor/aws/checks';
import type { AwsPorts, Rule } from '../../../../bin/doctor/aws/ports';
import { type Check, failedBy, ok, runChecks } from '../../../../bin/doctor/check';
import type { Subject } from '../../../../bin/doctor/ports';
import { ManualClock } from '../../../../presence/clock';
import { LastwillError } from '../../../../presence/errors';
import { lastWillPayload } from '../../../../presence/will-payload';
import { fixtureCertificate } from '../../../fixtures/certificates';

const PEM = fixtureCertificate('device');
const certificate = { id: 'c1', arn: 'arn:aws:iot:us-east-1:123456789012:cert/c1', status: 'ACTIVE', pem: PEM };
const subject: Subject = { device: 'pump7', willTopic: 'pumps/pump7/gone', willPayload: lastWillPayload('pump7') };
const topicArn = 'arn:aws:sns:us-east-1:123456789012:gone';
const rule: Rule = {
  name: 'gone',
  sql: "SELECT * FROM 'pumps/+/gone'",
  sqlVersion: '2016-03-23',
  disabled: false,
  errorAction: {
    kind: 'sns',
    properties: { targetArn: `${topicArn}-errors`, roleArn: 'arn:aws:iam::123456789012:role/errors' },
  },
  actions: [{ kind: 'sns', properties: { targetArn: topicArn, roleArn: 'arn:aws:iam::123456789012:role/rule' } }],
};

/** An account in which all is right but for what a test says. */
function account(wrong: Partial<AwsPorts> = {}): AwsPorts {
  return {
    subject,
    clock: new ManualClock(Date.parse(new X509Certificate(PEM).validFrom) + 1000),
    account: async () => ({
      account: '123456789012',
      caller: 'arn:aws:iam::123456789012:user/me',
      region: 'us-east-1',
    }),
    endpoint: async () => ({ host: 'x-ats.iot.us-east-1.amazonaws.com', port: 8883 }),
    handshakeProblem: async () => undefined,
    stored: () => ({ directory: 'certificates/aws/pump7' }),
    certificate: async () => certificate,
    attachedCertificates: async () => [certificate],
    authorize: async () => ({ decision: 'ALLOWED', policies: ['devices'], missing: [] }),
    rulesOn: async () => [rule],
    simulate: async () => true,
    letsIotAssume: async () => true,
    subscriptions: async () => [{ protocol: 'email', endpoint: 'a@example.com', confirmed: true }],
    ...wrong,
  };
}

async function finding(name: string, wrong: Partial<AwsPorts> = {}) {
  const findings = await runChecks(awsChecks(subject), account(wrong));
  return findings.find((each) => each.name === name);
}

test('where all is right nothing fails', async () => {
  const findings = await runChecks(awsChecks(subject), account());

  expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
});

test.each(awsChecks({ ...subject, publishTopic: 'a', subscribeFilter: 'b' }))(
  '$name says what it looks at and why',
  (check) => {
    expect(check.what).not.toBe('');
    expect(check.why).not.toBe('');
  },
);

const failures: readonly (readonly [string, string, Partial<AwsPorts>, string])[] = [
  [
    'endpoint',
    'a name that does not resolve',
    { handshakeProblem: async () => 'the name does not resolve' },
    'x-ats.iot.us-east-1.amazonaws.com:8883: the name does not resolve',
  ],
  [
    'certificate valid',
    'a certificate that is not active',
    { attachedCertificates: async () => [{ ...certificate, status: 'INACTIVE' }] },
    'certificate c1 is INACTIVE',
  ],
  [
    'thing attached',
    'a thing without a certificate',
    { attachedCertificates: async () => [] },
    'no certificate is attached to the thing pump7',
  ],
  ['thing attached', 'a missing thing', { attachedCertificates: async () => undefined }, 'there is no thing pump7'],
  [
    'may connect',
    'a policy variable without a value',
    {
      authorize: async () => ({
        decision: 'IMPLICIT_DENY',
        policies: [],
        missing: ['iot:Connection.Thing.ThingName'],
      }),
    },
    'no policy allows iot:Connect on arn:aws:iot:us-east-1:123456789012:client/pump7 (without a value: iot:Connection.Thing.ThingName)',
  ],
  [
    'may leave its will',
    'an explicit denial',
    { authorize: async () => ({ decision: 'EXPLICIT_DENY', policies: ['quiet'], missing: [] }) },
    'quiet denies iot:Publish on arn:aws:iot:us-east-1:123456789012:topic/pumps/pump7/gone',
  ],
  [
    'rule matches will',
    'a rule that is disabled',
    { rulesOn: async () => [{ ...rule, disabled: true }] },
    'gone is disabled',
  ],
  [
    'rule matches will',
    'a WHERE that the will does not meet',
    { rulesOn: async () => [{ ...rule, sql: "SELECT * FROM 'pumps/+/gone' WHERE state.reported.last_will = 'no'" }] },
    'gone has a WHERE that the will does not meet',
  ],
  [
    'role allows actions',
    'a role that may not notify',
    { simulate: async () => false },
    `arn:aws:iam::123456789012:role/rule may not do sns:Publish on ${topicArn}`,
  ],
  [
    'role allows actions',
    'an error action whose role may not act',
    { simulate: async (role) => role === 'arn:aws:iam::123456789012:role/rule' },
    `arn:aws:iam::123456789012:role/errors may not do sns:Publish on ${topicArn}-errors`,
  ],
  [
    'role allows actions',
    'a role that AWS IoT may not take on',
    { letsIotAssume: async () => false },
    'arn:aws:iam::123456789012:role/rule does not let AWS IoT take it on',
  ],
  [
    'role allows actions',
    'a role that was deleted',
    { simulate: async () => undefined },
    'arn:aws:iam::123456789012:role/rule does not exist',
  ],
  [
    'e-mails confirmed',
    'an e-mail address that was not confirmed',
    { subscriptions: async () => [{ protocol: 'email', endpoint: 'a@example.com', confirmed: false }] },
    'not confirmed by a@example.com',
  ],
  ['e-mails confirmed', 'no subscriber', { subscriptions: async () => [] }, 'nobody subscribes to the notification'],
  [
    'error action',
    'a rule without one',
    { rulesOn: async () => [{ ...rule, errorAction: undefined }] },
    'gone has no error action',
  ],
];

test.each(failures)('%s: %s fails', async (name, _, wrong, reason) => {
  expect(await finding(name, wrong)).toMatchObject({ status: 'failed', reason, fix: expect.stringMatching(/\w/) });
});

test('where the rule is only disabled, only that is wrong', async () => {
  const findings = await runChecks(awsChecks(subject), account({ rulesOn: async () => [{ ...rule, disabled: true }] }));

  expect(findings.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([
    'key and certificate',
    'rule matches will',
  ]);
});

test('an error action that may not act is told from the rule’s actions', async () => {
  const simulate = async (role: string) => role === 'arn:aws:iam::123456789012:role/rule';

  expect(await finding('role allows actions', { simulate })).toMatchObject({
    fix: 'allow it in the role of the error action of rule gone',
  });
});

test('where the thing has no certificate, only that fails', async () => {
  const findings = await runChecks(awsChecks(subject), account({ attachedCertificates: async () => [] }));

  expect(findings.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual(['thing attached']);
  expect(findings.find(({ name }) => name === 'key and certificate')).toMatchObject({
    status: 'unknown',
    why: 'there is no certificate to ask about',
  });
});

test('an expired certificate fails with the command that changes over', async () => {
  const clock = new ManualClock(Date.UTC(2200, 0, 1));

  expect(await finding('certificate valid', { clock })).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^certificate c1 expired on /),
    fix: 'change over to a new one: npm run -s lastwill -- certificates rotate pump7',
  });
});

test('of two certificates for one thing nobody knows which the device has', async () => {
  const attachedCertificates = async () => [certificate, { ...certificate, id: 'c2' }];

  expect(await finding('may connect', { attachedCertificates })).toEqual({
    name: 'may connect',
    status: 'unknown',
    why: 'it is not clear which certificate',
  });
  expect(await finding('key and certificate', { attachedCertificates })).toMatchObject({
    why: '2 certificates are attached to the thing pump7 and certificates/aws/pump7 does not say which: npm run -s lastwill -- certificates pull pump7',
  });
});

test('a stored certificate of another account or region fails', async () => {
  const stored = () => ({ directory: 'certificates/aws/pump7', certificate: PEM });

  expect(await finding('key and certificate', { stored, certificate: async () => undefined })).toMatchObject({
    reason: 'certificates/aws/pump7/client-cert.pem is a certificate that us-east-1 of this account does not know',
  });
});

test('a certificate that is attached to no thing fails', async () => {
  const stored = () => ({ directory: 'd', certificate: PEM });

  expect(await finding('thing attached', { stored, attachedCertificates: async () => [] })).toMatchObject({
    reason: 'certificate c1 is not attached to the thing pump7',
  });
});

test('what a rule republishes is asked of its role for this device', async () => {
  const asked: string[] = [];
  const republish = { topic: '$$aws/things/${topic(2)}/shadow/update', roleArn: 'arn:aws-cn:iam::1:role/r' };

  await finding('role allows actions', {
    rulesOn: async () => [{ ...rule, actions: [{ kind: 'republish', properties: republish }] }],
    simulate: async (_role, action, resource) => asked.push(`${action} ${resource}`) > 0,
  });

  expect(asked[0]).toBe('iot:Publish arn:aws-cn:iot:us-east-1:123456789012:topic/$aws/things/pump7/shadow/update');
});

const OF_ERRORS: readonly (readonly [string, object, string])[] = [
  [
    'cloudwatchLogs',
    { logGroupName: 'lost' },
    'logs:PutLogEvents arn:aws:logs:us-east-1:123456789012:log-group:lost:log-stream:pump7',
  ],
  [
    'sqs',
    { queueUrl: 'https://sqs.us-east-1.amazonaws.com/210987654321/lost' },
    'sqs:SendMessage arn:aws:sqs:us-east-1:210987654321:lost',
  ],
  ['s3', { bucketName: 'lost', key: 'x/${clientid()}.json' }, 's3:PutObject arn:aws:s3:::lost/x/pump7.json'],
  ['kinesis', { streamName: 'lost' }, 'kinesis:PutRecord arn:aws:kinesis:us-east-1:123456789012:stream/lost'],
  [
    'firehose',
    { deliveryStreamName: 'lost' },
    'firehose:PutRecord arn:aws:firehose:us-east-1:123456789012:deliverystream/lost',
  ],
];

test.each(OF_ERRORS)('an error action that writes to %s is asked of its role', async (kind, properties, needed) => {
  const asked: string[] = [];
  const errorAction = { kind, properties: { ...properties, roleArn: 'arn:aws:iam::123456789012:role/errors' } };

  await finding('role allows actions', {
    rulesOn: async () => [{ ...rule, errorAction }],
    simulate: async (role, action, resource) => asked.push(`${role.split('/').pop()} ${action} ${resource}`) > 0,
  });

  expect(asked).toContain(`errors ${needed}`);
});

test('an action whose needs are not known leaves the check unknown', async () => {
  const rulesOn = async () => [{ ...rule, actions: [{ kind: 'lambda', properties: {} }] }];

  expect(await finding('role allows actions', { rulesOn })).toMatchObject({
    status: 'unknown',
    why: 'what lambda of rule gone needs is not known here; all others are allowed',
  });
});

test.each([
  ['the login has ended: log in again', 'the login has ended', 'log in again'],
  ['AWS refused it (not here: there): name it', 'AWS refused it (not here: there)', 'name it'],
  ['Azure refused: Odd: strange', 'Azure refused', 'Odd: strange'],
  ['nothing can be done', 'nothing can be done', ''],
  ['an open ( bracket: close it', 'an open ( bracket', 'close it'],
])('the error "%s" is told as reason and fix', (message, reason, fix) => {
  expect(failedBy(new LastwillError('CLOUD_CALL_FAILED', message))).toEqual({ status: 'failed', reason, fix });
});

describe('a check that cannot ask', () => {
  const check = (run: Check<undefined>['run']): Check<undefined> => ({ name: 'a', what: 'b', why: 'c', run });

  test('is unknown, with the reason, and the next one runs', async () => {
    const refused = check(async () => {
      throw new LastwillError('CLOUD_CALL_FAILED', 'AWS does not allow it');
    });

    expect(await runChecks([refused, check(async () => ok('fine'))], undefined)).toEqual([
      { name: 'a', status: 'unknown', why: 'AWS does not allow it' },
      { name: 'a', status: 'ok', detail: 'fine' },
    ]);
  });

  test('does not hide a bug', async () => {
    const broken = check(async () => {
      throw new TypeError('bug');
    });

    await expect(runChecks([broken], undefined)).rejects.toThrow(TypeError);
  });
});

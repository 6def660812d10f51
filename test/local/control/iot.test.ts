import {
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  GetEffectivePoliciesCommand,
  GetPolicyCommand,
  GetTopicRuleCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListCertificatesCommand,
  ListJobsCommand,
  ListPoliciesCommand,
  ListPrincipalThingsCommand,
  ListPrincipalThingsV2Command,
  ListThingPrincipalsCommand,
  ListThingPrincipalsV2Command,
  ListThingsCommand,
  ListTopicRulesCommand,
  TestAuthorizationCommand,
} from '@aws-sdk/client-iot';
import { iotArn, MADE_AT, startAccount } from './embedded-account';

let account: Awaited<ReturnType<typeof startAccount>>;
let iot: IoTClient;

beforeAll(async () => {
  account = await startAccount();
  iot = new IoTClient(account.client);
});
afterAll(async () => {
  iot.destroy();
  await account.engine.stop();
});

const principalOf = async (thingName: string): Promise<string> =>
  (await iot.send(new ListThingPrincipalsCommand({ thingName }))).principals?.[0] ?? '';

// https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeEndpoint.html
test('DescribeEndpoint gives a host name without a port', async () => {
  const answer = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));

  expect(answer.endpointAddress).toBe('localhost');
});

test('DescribeEndpoint refuses a type that there is not', async () => {
  await expect(iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Nothing' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "endpointType must be one of iot:Data, iot:Data-ATS, iot:CredentialProvider, iot:Jobs, got 'iot:Nothing'",
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeThing.html
test('DescribeThing gives name, ARN and attributes', async () => {
  const { thingName, thingArn, attributes } = await iot.send(new DescribeThingCommand({ thingName: 'pump7' }));

  expect({ thingName, thingArn, attributes }).toEqual({
    thingName: 'pump7',
    thingArn: iotArn('thing/pump7'),
    attributes: { kind: 'pump' },
  });
});

test('a thing that is not registered is ResourceNotFoundException with status 404', async () => {
  await expect(iot.send(new DescribeThingCommand({ thingName: 'nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Thing nobody not found',
    $metadata: { httpStatusCode: 404 },
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListThings.html
test('ListThings gives pages of maxResults until there is no nextToken', async () => {
  const first = await iot.send(new ListThingsCommand({ maxResults: 2 }));
  const second = await iot.send(new ListThingsCommand({ maxResults: 2, nextToken: first.nextToken }));

  expect(first.things?.map(({ thingName }) => thingName)).toEqual(['lwtThing', 'pump7']);
  expect(second.things?.map(({ thingName }) => thingName)).toEqual(['pump-8']);
  expect(second.nextToken).toBeUndefined();
});

test('ListThings refuses a token that no list gave', async () => {
  await expect(iot.send(new ListThingsCommand({ nextToken: 'guess' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: "the token 'guess' is not one of this list",
  });
});

test('ListThings finds things by an attribute', async () => {
  const { things } = await iot.send(new ListThingsCommand({ attributeName: 'kind', attributeValue: 'pump' }));

  expect(things?.map(({ thingName }) => thingName)).toEqual(['pump7', 'pump-8']);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingPrincipalsV2.html
test('ListThingPrincipalsV2 says which attachment is exclusive', async () => {
  const exclusive = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'pump7' }));
  const shared = await iot.send(new ListThingPrincipalsV2Command({ thingName: 'lwtThing' }));

  expect(exclusive.thingPrincipalObjects?.map(({ thingPrincipalType }) => thingPrincipalType)).toEqual([
    'EXCLUSIVE_THING',
  ]);
  expect(shared.thingPrincipalObjects?.map(({ thingPrincipalType }) => thingPrincipalType)).toEqual([
    'NON_EXCLUSIVE_THING',
  ]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalThings.html
test('ListPrincipalThings gives the things of a certificate', async () => {
  const principal = await principalOf('pump7');

  const { things } = await iot.send(new ListPrincipalThingsCommand({ principal }));
  const { principalThingObjects } = await iot.send(new ListPrincipalThingsV2Command({ principal }));

  expect(things).toEqual(['pump7']);
  expect(principalThingObjects).toEqual([{ thingName: 'pump7', thingPrincipalType: 'EXCLUSIVE_THING' }]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeCertificate.html
test('DescribeCertificate gives status, PEM and validity', async () => {
  const certificateId = (await principalOf('pump-8')).split('/')[1];

  const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId }));

  expect(certificateDescription).toMatchObject({
    certificateId,
    certificateArn: iotArn(`cert/${certificateId}`),
    status: 'INACTIVE',
    certificatePem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
    creationDate: new Date(MADE_AT),
    validity: { notAfter: new Date('2049-12-31T23:59:59Z') },
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListCertificates.html
test('ListCertificates gives pages by marker', async () => {
  const first = await iot.send(new ListCertificatesCommand({ pageSize: 2, ascendingOrder: true }));
  const second = await iot.send(
    new ListCertificatesCommand({ pageSize: 2, ascendingOrder: true, marker: first.nextMarker }),
  );

  expect(first.certificates?.map(({ status }) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  expect(second.certificates?.map(({ status }) => status)).toEqual(['INACTIVE']);
  expect(second.nextMarker).toBeUndefined();
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_GetPolicy.html
test('GetPolicy gives the document of the template', async () => {
  const { policyDocument, policyArn } = await iot.send(new GetPolicyCommand({ policyName: 'devices' }));

  expect(policyArn).toBe(iotArn('policy/devices'));
  expect(JSON.parse(policyDocument ?? '').Statement).toHaveLength(3);
});

test('ListPolicies and ListAttachedPolicies name the policy', async () => {
  const policies = [{ policyName: 'devices', policyArn: iotArn('policy/devices') }];

  const all = await iot.send(new ListPoliciesCommand({}));
  const attached = await iot.send(new ListAttachedPoliciesCommand({ target: await principalOf('lwtThing') }));

  expect(all.policies).toEqual(policies);
  expect(attached.policies).toEqual(policies);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_GetEffectivePolicies.html
test('GetEffectivePolicies gives the policies that apply to a certificate', async () => {
  const principal = await principalOf('lwtThing');

  const { effectivePolicies } = await iot.send(new GetEffectivePoliciesCommand({ principal, thingName: 'lwtThing' }));

  expect(effectivePolicies?.map(({ policyName }) => policyName)).toEqual(['devices']);
});

describe('TestAuthorization (https://docs.aws.amazon.com/iot/latest/apireference/API_TestAuthorization.html)', () => {
  const decide = async (
    actionType: 'CONNECT' | 'PUBLISH' | 'SUBSCRIBE' | 'RECEIVE',
    resource: string,
    more: { readonly clientId?: string; readonly policyNamesToSkip?: string[] } = {},
  ) => {
    const principal = await principalOf('lwtThing');
    const authInfos = [{ actionType, resources: [iotArn(resource)] }];
    const command = new TestAuthorizationCommand({ principal, authInfos, clientId: 'lwtThing', ...more });
    return (await iot.send(command)).authResults?.[0];
  };

  test('what a statement allows is ALLOWED by its policy', async () => {
    expect(await decide('CONNECT', 'client/lwtThing')).toMatchObject({
      authDecision: 'ALLOWED',
      allowed: { policies: [{ policyName: 'devices' }] },
    });
  });

  test('what a statement denies is EXPLICIT_DENY', async () => {
    expect(await decide('PUBLISH', 'topic/secret/key')).toMatchObject({
      authDecision: 'EXPLICIT_DENY',
      denied: { explicitDeny: { policies: [{ policyName: 'devices' }] } },
    });
  });

  test('what nothing allows is IMPLICIT_DENY', async () => {
    expect(await decide('CONNECT', 'client/other')).toMatchObject({ authDecision: 'IMPLICIT_DENY' });
  });

  test('a client id that is not the thing leaves its variables without a value', async () => {
    expect(await decide('CONNECT', 'client/other', { clientId: 'other' })).toMatchObject({
      authDecision: 'IMPLICIT_DENY',
      missingContextValues: ['iot:Connection.Thing.ThingName'],
    });
  });

  test('a policy that is skipped does not count', async () => {
    expect(await decide('SUBSCRIBE', 'topicfilter/a', { policyNamesToSkip: ['devices'] })).toMatchObject({
      authDecision: 'IMPLICIT_DENY',
    });
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_GetTopicRule.html
test('GetTopicRule gives statement and actions in the spelling of the API', async () => {
  const { rule, ruleArn } = await iot.send(new GetTopicRuleCommand({ ruleName: 'gone' }));

  expect(ruleArn).toBe(iotArn('rule/gone'));
  expect(rule).toMatchObject({
    sql: "SELECT * FROM 'clients/+/gone'",
    awsIotSqlVersion: '2016-03-23',
    ruleDisabled: false,
    actions: [
      {
        sns: {
          targetArn: 'arn:aws:sns:us-east-1:123456789012:alerts',
          roleArn: 'arn:aws:iam::123456789012:role/ruleRole',
        },
      },
    ],
  });
});

test('GetTopicRule of a rule that there is not is UnauthorizedException, as AWS answers', async () => {
  await expect(iot.send(new GetTopicRuleCommand({ ruleName: 'other' }))).rejects.toMatchObject({
    name: 'UnauthorizedException',
    message: "Access to TopicRule 'other' was denied",
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListTopicRules.html
test('ListTopicRules finds the rules that see a topic, and those that are disabled', async () => {
  const seeing = await iot.send(new ListTopicRulesCommand({ topic: 'clients/pump7/gone' }));
  const disabled = await iot.send(new ListTopicRulesCommand({ ruleDisabled: true }));

  expect(seeing.rules).toMatchObject([{ ruleName: 'gone', topicPattern: 'clients/+/gone', ruleDisabled: false }]);
  expect(disabled.rules?.map(({ ruleName }) => ruleName)).toEqual(['asleep']);
});

test('an operation that is not answered is named with those that are', async () => {
  await expect(iot.send(new ListJobsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringMatching(
      /^the embedded AWS does not answer GET \/jobs of the service 'iot'; it answers DescribeEndpoint, ListThings, /,
    ),
  });
});

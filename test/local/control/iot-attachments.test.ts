import {
  DescribeCertificateCommand,
  DescribeThingGroupCommand,
  GetPolicyVersionCommand,
  GetTopicRuleCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListCertificatesCommand,
  ListPolicyPrincipalsCommand,
  ListPolicyVersionsCommand,
  ListPrincipalPoliciesCommand,
  ListPrincipalThingsCommand,
  ListTargetsForPolicyCommand,
  ListThingGroupsCommand,
  ListThingGroupsForThingCommand,
  ListThingPrincipalsCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
} from '@aws-sdk/client-iot';
import { iotArn, MADE_AT, startAccount } from './embedded-account';

let account: Awaited<ReturnType<typeof startAccount>>;
let iot: IoTClient;
let principal: string;

beforeAll(async () => {
  account = await startAccount();
  iot = new IoTClient(account.client);
  const { principals } = await iot.send(new ListThingPrincipalsCommand({ thingName: 'lwtThing' }));
  principal = principals?.[0] ?? '';
  const registry = account.engine.aws?.registry;
  registry?.putThingGroup({ name: 'pumps', arn: iotArn('thinggroup/pumps') });
  registry?.addThingToGroup('pump7', 'pumps');
});
afterAll(async () => {
  iot.destroy();
  await account.engine.stop();
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalPolicies.html
test('ListPrincipalPolicies, which older tools call, gives the policies of a certificate', async () => {
  const { policies } = await iot.send(new ListPrincipalPoliciesCommand({ principal }));

  expect(policies).toEqual([{ policyName: 'devices', policyArn: iotArn('policy/devices') }]);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html
test('ListTargetsForPolicy gives what a policy is attached to, by pages', async () => {
  const first = await iot.send(new ListTargetsForPolicyCommand({ policyName: 'devices', pageSize: 2 }));
  const second = await iot.send(
    new ListTargetsForPolicyCommand({ policyName: 'devices', pageSize: 2, marker: first.nextMarker }),
  );

  expect([first.targets?.length, second.targets?.length, second.nextMarker]).toEqual([2, 1, undefined]);
  expect([...(first.targets ?? []), ...(second.targets ?? [])]).toContain(principal);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListPolicyPrincipals.html
test('ListPolicyPrincipals gives the certificates of a policy', async () => {
  const { principals } = await iot.send(new ListPolicyPrincipalsCommand({ policyName: 'devices' }));

  expect(principals).toHaveLength(3);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_GetPolicyVersion.html
test('a policy has one version, the default', async () => {
  const { policyVersions } = await iot.send(new ListPolicyVersionsCommand({ policyName: 'devices' }));
  const { policyDocument } = await iot.send(
    new GetPolicyVersionCommand({ policyName: 'devices', policyVersionId: '1' }),
  );

  expect(policyVersions).toEqual([{ versionId: '1', isDefaultVersion: true, createDate: new Date(MADE_AT) }]);
  expect(JSON.parse(policyDocument ?? '')).toMatchObject({ Version: '2012-10-17' });
  await expect(
    iot.send(new GetPolicyVersionCommand({ policyName: 'devices', policyVersionId: '2' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingGroupsForThing.html
test('thing groups are listed, described and asked for by thing', async () => {
  const pumps = { groupName: 'pumps', groupArn: iotArn('thinggroup/pumps') };
  const { thingGroups } = await iot.send(new ListThingGroupsCommand({}));
  const ofThing = await iot.send(new ListThingGroupsForThingCommand({ thingName: 'pump7' }));
  const described = await iot.send(new DescribeThingGroupCommand({ thingGroupName: 'pumps' }));
  const { things } = await iot.send(new ListThingsInThingGroupCommand({ thingGroupName: 'pumps' }));

  expect(thingGroups).toEqual([pumps]);
  expect(ofThing.thingGroups).toEqual([pumps]);
  expect(described).toMatchObject({
    thingGroupArn: pumps.groupArn,
    thingGroupMetadata: { creationDate: new Date(MADE_AT) },
  });
  expect(things).toEqual(['pump7']);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalThings.html
test.each([
  ['no ARN', 'hello', 'InvalidRequestException'],
  ['the ARN of a thing', iotArn('thing/lwtThing'), 'InvalidRequestException'],
  ['a certificate that there is not', iotArn(`cert/${'0'.repeat(64)}`), 'ResourceNotFoundException'],
])('a principal that is %s is refused', async (_what, wrong, name) => {
  await expect(iot.send(new ListPrincipalThingsCommand({ principal: wrong }))).rejects.toMatchObject({ name });
  await expect(iot.send(new ListAttachedPoliciesCommand({ target: wrong }))).rejects.toMatchObject({ name });
});

test('a certificate of another account or region is not found, even with the id of one that is here', async () => {
  const elsewhere = principal.replace('us-east-1:123456789012', 'eu-west-1:210987654321');

  await expect(iot.send(new ListAttachedPoliciesCommand({ target: elsewhere }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Certificate ${elsewhere} not found`,
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeCertificate.html
test('a certificate id must be 64 hexadecimal digits, and of a certificate that there is', async () => {
  await expect(iot.send(new DescribeCertificateCommand({ certificateId: 'g'.repeat(64) }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
  await expect(iot.send(new DescribeCertificateCommand({ certificateId: '0'.repeat(64) }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Certificate ${'0'.repeat(64)} not found`,
    $metadata: { httpStatusCode: 404 },
  });
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_GetTopicRule.html
test('a rule name with a hyphen is InvalidRequestException', async () => {
  await expect(iot.send(new GetTopicRuleCommand({ ruleName: 'a-b' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
});

test('a token is only taken by the list that gave it, asked in the same way', async () => {
  const { nextToken } = await iot.send(new ListThingsCommand({ maxResults: 1 }));
  const other = iot.send(new ListThingsCommand({ maxResults: 1, attributeName: 'kind', nextToken }));
  const certificates = iot.send(new ListCertificatesCommand({ pageSize: 1, marker: nextToken }));

  await expect(other).rejects.toMatchObject({ name: 'InvalidRequestException' });
  await expect(certificates).rejects.toMatchObject({ name: 'InvalidRequestException' });
});

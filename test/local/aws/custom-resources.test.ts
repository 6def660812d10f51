import { createPrivateKey, X509Certificate } from 'node:crypto';
import { CertificateAuthority } from '../../../local/aws/certificate-authority';
import { memoryCertificateStore } from '../../../local/aws/certificate-store';
import { ManualClock } from '../../../presence/clock';
import { allow, connect, permissionsOf, policy, reasonOf, registryOf, registryWith, thingAttachment } from './account';

const THING = { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } };
const GROUP = { Type: 'AWS::IoT::ThingGroup', Properties: { ThingGroupName: 'pumps' } };

/** A call of an SDK, as `AwsCustomResource` of the AWS CDK writes it. */
function sdkCall(service: string, action: string, parameters: object, Type = 'Custom::AWS') {
  const Create = JSON.stringify({ service, action, parameters, physicalResourceId: { id: 'x' } });
  return { Type, Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:f', Create } };
}

function minted() {
  return { Type: 'Custom::MintedCertificate', Properties: { SecretArn: 'arn:s', Generation: '1' } };
}

test('a minted certificate is one of the registry, whose key the embedded CA keeps', async () => {
  const store = memoryCertificateStore();
  const authority = await CertificateAuthority.open({ store, clock: new ManualClock() });

  const { registry } = await registryWith(authority, { Minted: minted() });

  const pem = registry.findCertificate('Minted')?.pem as string;
  const key = createPrivateKey(authority.privateKeyOf(pem) as string);
  expect(new X509Certificate(pem).checkPrivateKey(key)).toBe(true);
});

test('a minted certificate stays the same for the next engine with the same store', async () => {
  const store = memoryCertificateStore();
  const open = () => CertificateAuthority.open({ store, clock: new ManualClock() });

  const first = await registryWith(await open(), { Minted: minted() });
  const secondAuthority = await open();
  const second = await registryWith(secondAuthority, { Minted: minted() });

  const { pem } = second.registry.findCertificate('Minted') ?? {};
  expect(pem).toBe(first.registry.findCertificate('Minted')?.pem);
  expect(secondAuthority.privateKeyOf(pem as string)).toContain('PRIVATE KEY');
});

test('a device connects with a minted certificate', async () => {
  const registry = await registryOf({
    Thing: THING,
    Certificate: minted(),
    Policy: policy('p', allow('iot:Connect', 'client/*')),
    PolicyAttachment: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
    },
    ThingAttachment: thingAttachment('Thing', 'Certificate'),
  });

  expect(reasonOf(connect(registry))).toBe('accepted');
});

test('a certificate that an AwsCustomResource makes is one of the registry', async () => {
  const registry = await registryOf({
    Thing: THING,
    Made: sdkCall('Iot', 'createKeysAndCertificate', { setAsActive: true }),
    Attachment: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: 'lwtThing', Principal: { 'Fn::GetAtt': ['Made', 'certificateArn'] } },
    },
  });

  expect(registry.findCertificate('Made')?.id).toMatch(/^[0-9a-f]{64}$/);
  expect(registry.findCertificate('lwtThing')?.id).toBe(registry.findCertificate('Made')?.id);
});

test.each([
  ['AttachPolicy', 'iot', 'AttachPolicy', { policyName: 'p', target: 'CERTIFICATE' }],
  ['attachPolicy of SDK 2', 'Iot', 'attachPolicy', { policyName: 'p', target: 'CERTIFICATE' }],
  ['a command of SDK 3', '@aws-sdk/client-iot', 'AttachPolicyCommand', { policyName: 'p', target: 'CERTIFICATE' }],
  ['AttachPrincipalPolicy', 'iot', 'attachPrincipalPolicy', { policyName: 'p', principal: 'CERTIFICATE' }],
])('a policy is attached to a certificate by %s', async (_, service, action, parameters) => {
  const certificate = 'arn:aws:iot:us-east-1:123456789012:cert/c0ffee';
  const named = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value === 'CERTIFICATE' ? certificate : value]),
  );

  const registry = await registryOf({
    Policy: policy('p', allow('iot:Connect', 'client/*')),
    Call: sdkCall(service, action, named),
  });

  expect(registry.policiesOf(certificate)).toEqual(['p']);
});

test('a policy of a thing group holds for the things that were put into it', async () => {
  const registry = await registryOf({
    Thing: THING,
    Group: GROUP,
    Certificate: minted(),
    ThingAttachment: thingAttachment('Thing', 'Certificate'),
    Policy: policy('p', allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/a')),
    Join: sdkCall('iot', 'AddThingToThingGroup', { thingGroupName: 'pumps', thingName: 'lwtThing' }),
    Attach: sdkCall(
      'iot',
      'AttachPolicy',
      { policyName: 'p', target: 'arn:aws:iot:us-east-1:123456789012:thinggroup/pumps' },
      'Custom::AttachPolicy',
    ),
  });

  expect(permissionsOf(connect(registry)).publish('a', { retain: false }).allowed).toBe(true);
});

test('a thing gets its type and its certificate by calls of the SDK', async () => {
  const registry = await registryOf({
    Thing: THING,
    Certificate: minted(),
    Type: sdkCall('iot', 'updateThing', { thingName: 'lwtThing', thingTypeName: 'pump' }),
    Attach: {
      Type: 'Custom::AWS',
      Properties: {
        Create: {
          'Fn::Sub':
            '{"service":"iot","action":"attachThingPrincipal","parameters":{"thingName":"lwtThing","principal":"${Certificate.Arn}"}}',
        },
      },
    },
  });

  expect(registry.things.get('lwtThing')?.typeName).toBe('pump');
  expect(registry.findCertificate('lwtThing')?.source?.logicalId).toBe('Certificate');
});

test('a certificate that another custom resource makes is taken as active, with a warning', async () => {
  const registry = await registryOf({
    Thing: THING,
    Certificate: { Type: 'Custom::CertificateMaker', Properties: { ServiceToken: 'arn:f' } },
    ThingAttachment: thingAttachment('Thing', 'Certificate'),
  });

  expect(registry.findCertificate('lwtThing')?.status).toBe('ACTIVE');
  expect(registry.warnings).toEqual([
    expect.stringMatching(
      /^a\.json: Resources\.ThingAttachment: certificate \S+ is in none of the templates: it is taken as active, for connections within the process$/,
    ),
  ]);
});

test('calls of other services and of unknown actions change nothing', async () => {
  const registry = await registryOf({
    Thing: THING,
    S3: sdkCall('s3', 'attachPolicy', { policyName: 'p', target: 'x' }),
    Iot: sdkCall('iot', 'createJob', { jobId: 'x' }),
    Broken: { Type: 'Custom::AWS', Properties: { Create: '{"service":' } },
  });

  expect(registry.policiesOf('x')).toEqual([]);
});

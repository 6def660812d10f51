import { CertificateAuthority } from '../../../local/aws/certificate-authority';
import { memoryCertificateStore } from '../../../local/aws/certificate-store';
import { ManualClock } from '../../../presence/clock';
import { fixtureCsr } from '../../fixtures/store';
import { allow, certificate, policy, policyAttachment, registryOf, thingAttachment } from './account';

const CSR = fixtureCsr('lwtThing');

function thing(ThingName: unknown, attributes?: unknown) {
  const AttributePayload = attributes === undefined ? undefined : { Attributes: attributes };
  return { Type: 'AWS::IoT::Thing', Properties: { ThingName, AttributePayload } };
}

function attachmentTo(Principal: string) {
  return { Type: 'AWS::IoT::PolicyPrincipalAttachment', Properties: { PolicyName: 'p', Principal } };
}

test('things, policies and certificates of several templates are one account', async () => {
  const registry = await registryOf(
    { Thing: thing('lwtThing', { line: 'L1' }), Certificate: certificate(CSR) },
    { Policy: policy('p', allow('iot:Connect', 'client/*')) },
  );

  expect(registry.things.get('lwtThing')).toEqual({
    name: 'lwtThing',
    arn: 'arn:aws:iot:us-east-1:123456789012:thing/lwtThing',
    attributes: { line: 'L1' },
    source: { template: 'a.json', logicalId: 'Thing' },
  });
  expect(registry.policies.get('p')?.source).toEqual({ template: 'b.json', logicalId: 'Policy' });
  expect(registry.warnings).toEqual([]);
});

test('a thing without a name gets the one that CloudFormation makes up', async () => {
  const registry = await registryOf({ Pump: { Type: 'AWS::IoT::Thing' } });

  expect([...registry.things.keys()]).toEqual([expect.stringMatching(/^a-Pump-[0-9A-Z]{12}$/)]);
});

test.each([
  [
    'thing',
    { One: thing('x') },
    { Two: thing('x') },
    "b.json: Resources.Two.Properties.ThingName makes the thing 'x', which One of a.json makes too",
  ],
  [
    'policy',
    { One: policy('x', allow('*', '*')), Two: policy('x', allow('*', '*')) },
    {},
    "a.json: Resources.Two.Properties.PolicyName makes the policy 'x', which One makes too",
  ],
])('fails for two resources that make the same %s, with both logical ids', async (_, first, second, message) => {
  await expect(registryOf(...[first, second].filter((template) => Object.keys(template).length > 0))).rejects.toThrow(
    message,
  );
});

test.each([
  [
    'a thing name with a blank',
    { T: thing('my thing') },
    "a.json: Resources.T.Properties.ThingName must be a text that matches ^[a-zA-Z0-9:_-]{1,128}$, got 'my thing'",
  ],
  [
    'a thing type on a thing',
    { T: { Type: 'AWS::IoT::Thing', Properties: { ThingTypeName: 'pump' } } },
    'a.json: Resources.T.Properties.ThingTypeName is not a property of AWS::IoT::Thing, which has ThingName, AttributePayload',
  ],
  [
    'four attributes without a thing type',
    { T: thing('t', { a: '1', b: '2', c: '3', d: '4' }) },
    'AttributePayload.Attributes must be at most 3 attributes on a thing without a thing type, got 4',
  ],
  [
    'an attribute value with a blank',
    { T: thing('t', { a: 'b c' }) },
    "AttributePayload.Attributes['a'] must be a string that matches",
  ],
  [
    'a policy name with a blank',
    { P: policy('my policy', allow('*', '*')) },
    'a.json: Resources.P.Properties.PolicyName must be a text that matches',
  ],
  [
    'a malformed policy',
    { P: policy('p', { Effect: 'Allow', Action: 'iot:*' }) },
    "a.json: Resources.P.Properties.PolicyDocument is malformed: policy 'p': Statement[0] must have one of Resource and NotResource",
  ],
  [
    'a policy without a document',
    { P: { Type: 'AWS::IoT::Policy' } },
    'a.json: Resources.P.Properties.PolicyDocument is required',
  ],
  [
    'a certificate without status',
    { C: { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: CSR } } },
    'a.json: Resources.C.Properties.Status is required',
  ],
  [
    'an unknown status',
    { C: certificate(CSR, 'ENABLED') },
    "Resources.C.Properties.Status must be one of ACTIVE, INACTIVE, REVOKED, PENDING_TRANSFER, PENDING_ACTIVATION, got 'ENABLED'",
  ],
  [
    'a certificate of nothing',
    { C: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE' } } },
    'CertificateMode DEFAULT must come with CertificateSigningRequest, or CertificatePem and CACertificatePem, got none of them',
  ],
  [
    'SNI_ONLY with a request',
    {
      C: {
        Type: 'AWS::IoT::Certificate',
        Properties: { Status: 'ACTIVE', CertificateMode: 'SNI_ONLY', CertificateSigningRequest: CSR },
      },
    },
    'CertificateMode SNI_ONLY must come with CertificatePem, got CertificateSigningRequest',
  ],
  [
    'a PEM that is a path',
    {
      C: {
        Type: 'AWS::IoT::Certificate',
        Properties: { Status: 'ACTIVE', CertificateMode: 'SNI_ONLY', CertificatePem: 'cert.pem' },
      },
    },
    'Resources.C.Properties.CertificatePem must be a certificate in PEM: its text, not the path of a file',
  ],
  [
    'a thing group as principal',
    { A: attachmentTo('arn:aws:iot:us-east-1:123456789012:thinggroup/g') },
    "a.json: Resources.A.Properties.Principal must be the ARN of a certificate, or a Cognito identity id, got 'arn:aws:iot:us-east-1:123456789012:thinggroup/g'",
  ],
])('fails for %s', async (_, resources, message) => {
  await expect(registryOf(resources)).rejects.toThrow(message);
});

test('fails for a certificate that the given CA has not signed', async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => CertificateAuthority.open({ store: memoryCertificateStore(), clock: new ManualClock() })),
  );
  const Properties = {
    Status: 'ACTIVE',
    CertificatePem: one?.server.certificatePem,
    CACertificatePem: other?.rootCertificatePem,
  };

  await expect(registryOf({ C: { Type: 'AWS::IoT::Certificate', Properties } })).rejects.toThrow(
    'a.json: Resources.C.Properties.CertificatePem must be signed by the CA of CACertificatePem',
  );
});

test('all problems are named at once', async () => {
  await expect(registryOf({ T: thing('a b'), P: { Type: 'AWS::IoT::Policy' } })).rejects.toThrow(
    /Resources\.T\.Properties\.ThingName.*; a\.json: Resources\.P\.Properties\.PolicyDocument/,
  );
});

test('an attachment to what is in none of the templates is a warning', async () => {
  const registry = await registryOf({
    A: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: 'elsewhere', Principal: 'arn:aws:iot:us-east-1:123456789012:cert/c0ffee' },
    },
    B: attachmentTo('us-east-1:2f1e8a5c-0d63-4f9e-9c55-1d3a0f4b7e21'),
  });

  expect(registry.warnings).toEqual([
    "a.json: Resources.A: thing 'elsewhere' is in none of the templates: nothing can be attached to it here",
    'a.json: Resources.A: certificate c0ffee is in none of the templates: it is taken as active, for connections within the process',
    "a.json: Resources.B: policy 'p' is in none of the templates: it allows nothing here",
  ]);
});

test('a certificate takes ten policies and not eleven [https://docs.aws.amazon.com/general/latest/gr/iot-core.html]', async () => {
  const resources = (count: number) =>
    Object.fromEntries([
      ['C', certificate(CSR)],
      ...Array.from({ length: count }, (_, index) => [`P${index}`, policy(`p${index}`, allow('*', '*'))]),
      ...Array.from({ length: count }, (_, index) => [`A${index}`, policyAttachment(`P${index}`, 'C')]),
    ]);

  const registry = await registryOf(resources(10));

  expect(registry.policiesOf(registry.findCertificate('C')?.arn ?? '')).toHaveLength(10);
  await expect(registryOf(resources(11))).rejects.toThrow(
    'Resources.A10.Properties.Principal must be for a principal with at most 10 policies, got 11',
  );
});

describe('exclusive things [https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html]', () => {
  const base = { One: thing('one'), Two: thing('two'), C: certificate(CSR) };

  test('whatever the client id, the connection stands for the exclusive thing', async () => {
    const registry = await registryOf({ ...base, A: thingAttachment('One', 'C', 'EXCLUSIVE_THING') });
    const found = registry.findCertificate('C');
    if (found === undefined) throw new Error('no certificate');

    expect(registry.connectedThing(found, 'anything')).toMatchObject({ thing: { name: 'one' }, exclusive: true });
  });

  test.each([
    [
      'EXCLUSIVE_THING',
      undefined,
      "Resources.B.Properties.Principal is a certificate which is attached exclusively to thing 'one'",
    ],
    [
      undefined,
      'EXCLUSIVE_THING',
      "Resources.B.Properties.Principal is a certificate which is also attached to thing 'one'",
    ],
  ])('fails when the certificate is attached %s and then %s to another thing', async (first, second, message) => {
    const resources = { ...base, A: thingAttachment('One', 'C', first), B: thingAttachment('Two', 'C', second) };

    await expect(registryOf(resources)).rejects.toThrow(message);
  });
});

test('a dynamic thing group has no members, with a warning', async () => {
  const registry = await registryOf({
    G: { Type: 'AWS::IoT::ThingGroup', Properties: { ThingGroupName: 'g', QueryString: 'attributes.line:L1' } },
  });

  expect(registry.warnings).toEqual([
    'a.json: Resources.G: a dynamic thing group has no members here: its query is not run',
  ]);
});

import { AwsAuthenticator } from '../../../local/aws/authenticator';
import type { Registry } from '../../../local/aws/registry';
import type { Will } from '../../../local/ports';
import { fixtureCsr } from '../../fixtures/store';
import {
  ARN,
  allow,
  certificate,
  connect,
  connectRequest,
  device,
  permissionsOf,
  policy,
  policyAttachment,
  reasonOf,
  registryOf,
  thingAttachment,
  tlsPeer,
} from './account';
import { testCsr } from './csr';

const CSR = fixtureCsr('lwtThing');
const WILL: Will = {
  topic: 'last/will',
  payload: Buffer.from('gone'),
  qos: 1,
  retain: false,
  properties: {},
  delaySeconds: 0,
};
const CONNECT = allow('iot:Connect', 'client/${iot:Connection.Thing.ThingName}');

function withStatus(registry: Registry, status: 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION'): Registry {
  const found = registry.findCertificate('Certificate');
  if (found !== undefined) registry.putCertificate({ ...found, status });
  return registry;
}

// https://docs.aws.amazon.com/iot/latest/developerguide/authorization.html
test('a registered, active certificate whose policy allows iot:Connect connects, and is the principal', async () => {
  const registry = await registryOf(device(CSR, CONNECT));

  const id = registry.findCertificate('Certificate')?.id;

  expect(connect(registry)).toMatchObject({ accepted: true, principal: id, owner: id });
});

test('the user name does not matter', async () => {
  const registry = await registryOf(device(CSR, CONNECT));

  expect(reasonOf(connect(registry, { username: '?SDK=x', password: Buffer.from('y') }))).toBe('accepted');
});

test('fails without a certificate', async () => {
  const registry = await registryOf(device(CSR, CONNECT));
  const peer = { transport: 'tls', remoteAddress: '127.0.0.1', certificates: [] } as const;

  expect(connect(registry, {}, { peer })).toEqual({
    accepted: false,
    situation: 'notAuthorized',
    explanation: { reason: 'NOT_AUTHENTICATED: the client sent no certificate' },
  });
});

test('fails with a certificate that is not registered', async () => {
  const [registry, other] = await Promise.all([registryOf(device(CSR, CONNECT)), registryOf(device(CSR, CONNECT))]);

  expect(reasonOf(connect(registry, {}, { peer: tlsPeer(other) }))).toMatch(
    /^DEVICE_CERTIFICATE_NOT_REGISTERED: certificate [0-9a-f]{64} is not registered in the account$/,
  );
});

test.each([
  ['INACTIVE', /^DEVICE_CERTIFICATE_INACTIVE: certificate 'Certificate' \([0-9a-f]{64}\) is not active but INACTIVE$/],
  ['PENDING_ACTIVATION', /^DEVICE_CERTIFICATE_INACTIVE: .* is not active but PENDING_ACTIVATION$/],
  ['REVOKED', /^DEVICE_CERTIFICATE_REVOKED: certificate 'Certificate' \([0-9a-f]{64}\) is revoked$/],
] as const)(
  'fails with a certificate that is %s [https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html]',
  async (status, reason) => {
    const registry = withStatus(await registryOf(device(CSR, CONNECT)), status);

    expect(reasonOf(connect(registry))).toMatch(reason);
  },
);

test('fails when the policy allows another client id, with the full ARN and the statement', async () => {
  const registry = await registryOf(device(CSR, CONNECT));

  expect(connect(registry, { clientId: 'pump7' })).toEqual({
    accepted: false,
    situation: 'notAuthorized',
    principal: registry.findCertificate('Certificate')?.id,
    explanation: {
      action: 'iot:Connect',
      resource: `${ARN}client/pump7`,
      statement: "Statement[0] of policy 'lwtPolicy'",
      reason:
        `iot:Connect on ${ARN}client/pump7 is denied: no statement of policy 'lwtPolicy' allows it; nearest is Statement[0] of policy ` +
        `'lwtPolicy', whose resource ${ARN}client/\${iot:Connection.Thing.ThingName} matches nothing: \${iot:Connection.Thing.ThingName} has ` +
        `no value, client id 'pump7' is not the name of a thing; the certificate is attached to 'lwtThing'`,
    },
  });
});

test('fails when the thing of that name has another certificate', async () => {
  const { csr } = await testCsr('P-256');
  const registry = await registryOf({
    ...device(CSR, CONNECT),
    Other: certificate(csr),
    OtherPolicy: policyAttachment('Policy', 'Other'),
  });

  expect(reasonOf(connect(registry, {}, { peer: tlsPeer(registry, 'Other') }))).toContain(
    "${iot:Connection.Thing.ThingName} has no value, the certificate is not attached to thing 'lwtThing' but to no thing",
  );
});

test('fails without a policy', async () => {
  const registry = await registryOf({ Certificate: certificate(CSR) });

  expect(reasonOf(connect(registry))).toBe(
    `iot:Connect on ${ARN}client/lwtThing is denied: no policy is attached to the principal`,
  );
});

// https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
test('connect conditions see the will, its topic and the wish for a persistent session', async () => {
  const registry = await registryOf(
    device(CSR, {
      ...allow('iot:Connect', 'client/lwtThing'),
      Condition: {
        'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] },
        ArnEquals: { 'iot:LastWillTopic': `${ARN}topic/last/will` },
      },
    }),
  );

  expect(reasonOf(connect(registry, { will: WILL }))).toBe('accepted');
  expect(reasonOf(connect(registry))).toContain('the request has no iot:LastWillTopic');
  expect(reasonOf(connect(registry, { will: { ...WILL, topic: 'other' } }))).toContain('topic/other');
  expect(reasonOf(connect(registry, { will: WILL, sessionExpirySeconds: 60 }))).toContain(
    "ForAllValues:StringEquals iot:ConnectAttributes 'LastWill', but iot:ConnectAttributes is ['PersistentConnect', 'LastWill']",
  );
});

test('publish, retained publish, subscribe and receive are decided by the policy', async () => {
  const registry = await registryOf(
    device(
      CSR,
      CONNECT,
      allow('iot:Publish', 'topic/a', 'topic/kept'),
      allow('iot:RetainPublish', 'topic/kept'),
      allow('iot:Subscribe', 'topicfilter/in/+'),
      allow('iot:Receive', 'topic/in/*'),
    ),
  );
  const permissions = permissionsOf(connect(registry));

  expect(permissions.publish('a', { retain: false })).toEqual({ allowed: true });
  expect(permissions.publish('b', { retain: false })).toMatchObject({ allowed: false });
  expect(permissions.publish('kept', { retain: true })).toEqual({ allowed: true });
  expect(permissions.publish('a', { retain: true })).toMatchObject({
    allowed: false,
    explanation: { action: 'iot:RetainPublish', resource: `${ARN}topic/a` },
  });
  expect(permissions.subscribe('in/+')).toEqual({ allowed: true });
  expect(permissions.subscribe('in/#')).toMatchObject({ allowed: false, explanation: { action: 'iot:Subscribe' } });
  expect(permissions.receive?.('in/x')).toEqual({ allowed: true });
  expect(permissions.receive?.('out')).toMatchObject({ allowed: false, explanation: { action: 'iot:Receive' } });
});

test('a policy on a thing group and one on its parent apply to the thing [https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html]', async () => {
  const registry = await registryOf({
    ...device(CSR, CONNECT),
    Fleet: { Type: 'AWS::IoT::ThingGroup', Properties: { ThingGroupName: 'fleet' } },
    Pumps: { Type: 'AWS::IoT::ThingGroup', Properties: { ThingGroupName: 'pumps', ParentGroupName: { Ref: 'Fleet' } } },
    FleetPolicy: policy('fleetPolicy', allow('iot:Publish', 'topic/fleet')),
    PumpPolicy: policy('pumpPolicy', allow('iot:Publish', 'topic/pumps')),
  });
  registry.attachPolicy('fleetPolicy', `${ARN}thinggroup/fleet`);
  registry.attachPolicy('pumpPolicy', `${ARN}thinggroup/pumps`);
  registry.addThingToGroup('lwtThing', 'pumps');

  const permissions = permissionsOf(connect(registry));

  expect(permissions.publish('pumps', { retain: false }).allowed).toBe(true);
  expect(permissions.publish('fleet', { retain: false }).allowed).toBe(true);
  expect(permissions.publish('other', { retain: false })).toMatchObject({
    explanation: { reason: expect.stringContaining("of the policies 'lwtPolicy', 'pumpPolicy', 'fleetPolicy'") },
  });
});

test('a change of policy takes effect on a live connection at once', async () => {
  const registry = await registryOf({ ...device(CSR, CONNECT), More: policy('more', allow('iot:Publish', 'topic/a')) });
  const permissions = permissionsOf(connect(registry));
  const principal = registry.findCertificate('Certificate')?.arn ?? '';

  expect(permissions.publish('a', { retain: false }).allowed).toBe(false);
  registry.attachPolicy('more', principal);
  expect(permissions.publish('a', { retain: false }).allowed).toBe(true);
  registry.detachPolicy('more', principal);
  expect(permissions.publish('a', { retain: false }).allowed).toBe(false);
});

test('policies see the fields of the certificate [https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html]', async () => {
  const { csr } = await testCsr('P-256', [{ CN: ['lwtThing'] }, { OU: ['pumps'] }, { OU: ['south'] }, { C: ['CH'] }]);
  const registry = await registryOf(
    device(
      csr,
      CONNECT,
      allow('iot:Publish', 'topic/${iot:Certificate.Subject.Country}/${iot:Certificate.Subject.OrganizationalUnit.1}'),
      allow('iot:Publish', 'topic/by/${iot:Certificate.Issuer.CommonName}'),
      allow('iot:Publish', 'topic/ids/${iot:CertificateId}'),
    ),
  );
  const permissions = permissionsOf(connect(registry));

  expect(permissions.publish('CH/south', { retain: false })).toEqual({ allowed: true });
  expect(permissions.publish('CH/pumps', { retain: false }).allowed).toBe(false);
  expect(permissions.publish('by/Lastwill embedded root CA', { retain: false })).toEqual({ allowed: true });
  const id = registry.findCertificate('Certificate')?.id;
  expect(permissions.publish(`ids/${id}`, { retain: false })).toEqual({ allowed: true });
});

test('policies see the address of the client, an IPv4 one also over an IPv6 socket', async () => {
  const registry = await registryOf(
    device(CSR, {
      ...allow('iot:Connect', 'client/${aws:SourceIp}'),
      Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
    }),
  );
  const peer = { ...tlsPeer(registry), remoteAddress: '::ffff:127.0.0.1' };

  expect(reasonOf(connect(registry, { clientId: '127.0.0.1' }, { peer }))).toBe('accepted');
});

test.each(['Certificate', 'lwtThing'])('an in-process connection may assert a certificate as %s', async (name) => {
  const registry = await registryOf(device(CSR, CONNECT));
  const peer = { transport: 'memory', remoteAddress: '127.0.0.1', certificates: [], assertedPrincipal: name } as const;

  expect(connect(registry, {}, { peer })).toMatchObject({
    accepted: true,
    principal: registry.findCertificate('Certificate')?.id,
  });
  expect(connect(registry, { clientId: 'other' }, { peer }).accepted).toBe(false);
});

test('an in-process IAM identity may do everything', async () => {
  const registry = await registryOf(device(CSR, CONNECT));
  const peer = { transport: 'memory', remoteAddress: 'x', certificates: [], assertedPrincipal: 'iam:console' } as const;

  const authentication = connect(registry, { clientId: 'observer' }, { peer });

  expect(authentication).toMatchObject({ accepted: true, principal: 'console' });
  expect(permissionsOf(authentication).subscribe('#')).toEqual({ allowed: true });
  expect(permissionsOf(authentication).publish('x', { retain: true })).toEqual({ allowed: true });
});

test('fails for an asserted principal that does not exist', async () => {
  const registry = await registryOf(device(CSR, CONNECT));
  const peer = { transport: 'memory', remoteAddress: 'x', certificates: [], assertedPrincipal: 'nobody' } as const;

  expect(reasonOf(connect(registry, {}, { peer }))).toBe(
    "DEVICE_CERTIFICATE_NOT_REGISTERED: 'nobody' is neither a certificate nor a thing with one, nor an identity that starts with 'iam:'",
  );
});

test('an exclusive thing gives its name to every client id', async () => {
  const registry = await registryOf({
    ...device(CSR, allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/${iot:Connection.Thing.ThingName}')),
    ThingAttachment: thingAttachment('Thing', 'Certificate', 'EXCLUSIVE_THING'),
  });

  expect(permissionsOf(connect(registry, { clientId: 'any' })).publish('lwtThing', { retain: false }).allowed).toBe(
    true,
  );
});

test('a Deny that does not apply for want of a value is warned of', async () => {
  const deny = { ...allow('iot:Connect', 'client/${iot:Connection.Thing.ThingName}'), Effect: 'Deny' };
  const registry = await registryOf(device(CSR, allow('iot:Connect', 'client/*'), deny));
  const warnings: string[] = [];
  const warn = (text: string, clientId: string) => void warnings.push(`${clientId}: ${text}`);

  const authenticator = new AwsAuthenticator({ registry, warn });

  expect(authenticator.authenticate(connectRequest({ clientId: 'x' }), tlsPeer(registry)).accepted).toBe(true);
  expect(warnings).toEqual([expect.stringMatching(/^x: Statement\[1\] of policy 'lwtPolicy' denies nothing: /)]);
});

import { TerraformVariable } from 'cdktf';
import { CaCertificate } from '../../../constructs/azure/ca-certificate';
import { CertificateAuthentication } from '../../../constructs/azure/certificate-authentication';
import { EventGridNamespace } from '../../../constructs/azure/event-grid-namespace';
import { MqttClient, type MqttClientProps } from '../../../constructs/azure/mqtt-client';
import { ResourceGroup } from '../../../constructs/azure/resource-group';
import { newNamespace, newStack, synthesized, THUMBPRINT } from './synthesized';

const CLIENTS = 'Microsoft.EventGrid/namespaces/clients@';
const byThumbprint = CertificateAuthentication.byThumbprint(THUMBPRINT);

function client(props: Partial<MqttClientProps>, id = 'sensor1'): ReturnType<typeof synthesized> {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new MqttClient(stack, id, { namespace, certificateAuthentication: byThumbprint, ...props });
  return synthesized(stack);
}

test('a client by thumbprint', () => {
  expect(client({ attributes: { type: 'sensor', floor: 3, tags: ['a'] } }).resources(CLIENTS)).toEqual([
    expect.objectContaining({
      type: 'Microsoft.EventGrid/namespaces/clients@2025-02-15',
      name: 'sensor1',
      parent_id: '${azapi_resource.ns1.id}',
      locks: ['${azapi_resource.ns1.id}'],
      body: {
        properties: {
          authenticationName: 'sensor1',
          attributes: { type: 'sensor', floor: 3, tags: ['a'] },
          clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch', allowedThumbprints: [THUMBPRINT] },
          state: 'Enabled',
        },
      },
    }),
  ]);
});

test('a child resource has no location', () => {
  expect(client({}).resources(CLIENTS)[0]).not.toHaveProperty('location');
});

test('a client that loses an attribute is replaced, because a removed member is not', () => {
  expect(client({ attributes: { type: 'sensor', area: 'x' } }).resources(CLIENTS)).toMatchObject([
    { replace_triggers_external_values: ['area', 'type'] },
  ]);
});

test('colons, blanks and upper case are taken out of a thumbprint', () => {
  const colons = 'AB:'.repeat(31).concat('AB');

  expect(CertificateAuthentication.byThumbprint(colons, ` ${THUMBPRINT} `).thumbprints).toEqual([
    'ab'.repeat(32),
    THUMBPRINT,
  ]);
});

test.each([
  [[], 'thumbprints must be one or two, got 0'],
  [[THUMBPRINT, THUMBPRINT, THUMBPRINT], 'thumbprints must be one or two, got 3'],
  [['abc'], "thumbprints[0] must be 64 hexadecimal digits (SHA-256), got 'abc'"],
])('fails on the thumbprints %j', (thumbprints, message) => {
  expect(() => CertificateAuthentication.byThumbprint(...thumbprints)).toThrow(message);
});

test('a SHA-1 thumbprint is a warning', () => {
  const certificateAuthentication = CertificateAuthentication.byThumbprint('ab'.repeat(20));

  expect(client({ certificateAuthentication }).warnings).toContain(
    "client 'sensor1': whether a SHA-1 thumbprint lets a client in is not documented; use the SHA-256 one [ack: lastwill:sha1Thumbprint]",
  );
});

test.each([
  ['bySubject', 'SubjectMatchesAuthenticationName'],
  ['byDnsName', 'DnsMatchesAuthenticationName'],
  ['byUri', 'UriMatchesAuthenticationName'],
  ['byIpAddress', 'IpMatchesAuthenticationName'],
  ['byEmailAddress', 'EmailMatchesAuthenticationName'],
] as const)('%s is written as %s, without thumbprints', (factory, validationScheme) => {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: true });
  new MqttClient(stack, 'sensor1', { namespace, certificateAuthentication: CertificateAuthentication[factory]() });

  expect(synthesized(stack).resources(CLIENTS)).toMatchObject([
    {
      body: {
        properties: { clientCertificateAuthentication: { validationScheme, allowedThumbprints: null } },
      },
    },
  ]);
});

test('fails to authenticate by a CA when the namespace has no CA certificate', () => {
  expect(() => client({ certificateAuthentication: CertificateAuthentication.bySubject() })).toThrow(
    "client 'sensor1': certificateAuthentication must be by thumbprint unless the namespace has a CaCertificate, got none (add one, or set sharedWithOtherApps: true)",
  );
});

test('a disabled client is written as such', () => {
  expect(client({ enabled: false }).resources(CLIENTS)).toMatchObject([
    { body: { properties: { state: 'Disabled' } } },
  ]);
});

test('text that looks like a Terraform reference is deployed as written', () => {
  const { resources } = client({ authenticationName: 'a${b}', attributes: { path: '%{x}', tags: ['${y}'] } });

  expect(resources(CLIENTS)).toMatchObject([
    { body: { properties: { authenticationName: 'a$${b}', attributes: { path: '%%{x}', tags: ['$${y}'] } } } },
  ]);
});

test('an attribute that is known at deployment only survives', () => {
  const stack = newStack();
  const variable = new TerraformVariable(stack, 'area', { type: 'string' });
  new MqttClient(stack, 'sensor1', {
    namespace: newNamespace(stack),
    certificateAuthentication: byThumbprint,
    attributes: { area: variable.stringValue },
  });

  expect(synthesized(stack).resources(CLIENTS)).toMatchObject([
    { body: { properties: { attributes: { area: '${var.area}' } } } },
  ]);
});

test.each([
  [{ clientName: 'a b' }, "clientName must be 1 to 128 letters, digits and - : . _, got 'a b'"],
  [{ authenticationName: '' }, "authenticationName must be 1 to 128 characters long, got ''"],
  [{ attributes: { 'a-b': 'x' } }, "a key of attributes must be made of letters, digits and underscores, got 'a-b'"],
  [{ attributes: { n: 1.5 } }, 'attributes.n must be a string, an integer or a list of strings, got 1.5'],
])('fails on %j', (props, message) => {
  expect(() => client(props)).toThrow(`[stack/sensor1] ${message}`);
});

test('fails on two authentication names that differ in case only', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new MqttClient(stack, 'a', { namespace, certificateAuthentication: byThumbprint, authenticationName: 'Pump' });
  new MqttClient(stack, 'b', { namespace, certificateAuthentication: byThumbprint, authenticationName: 'pUMP' });

  expect(() => synthesized(stack)).toThrow(
    "clients' authenticationName must be unique whatever their case, got 'pump' more than once",
  );
});

test.each([
  [{ topic: 'a/+' }, "will.topic must be a topic name without the wildcards + and #, got 'a/+'"],
  [{ topic: '$SYS/a' }, "will.topic must be a topic that does not start with $, got '$SYS/a'"],
  [{ topic: 'a', qos: 2 as 1 }, 'will.qos must be an integer from 0 to 1, got 2'],
  [{ topic: 'a', delaySeconds: 301 }, 'will.delaySeconds must be an integer from 0 to 300, got 301'],
  [{ topic: 'a', keepAliveSeconds: 1161 }, 'will.keepAliveSeconds must be an integer from 1 to 1160, got 1161'],
  [{ topic: 'a', sessionExpirySeconds: 3601 }, 'will.sessionExpirySeconds must be an integer from 0 to 3600, got 3601'],
  [
    { topic: 'a', delaySeconds: 60, sessionExpirySeconds: 30 },
    'will.delaySeconds must be at most will.sessionExpirySeconds (30), because the will is published when the session ends, got 60',
  ],
])('fails on the will %j', (will, message) => {
  expect(() => client({ will })).toThrow(message);
});

test('a certificate authority is uploaded without line ends', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new CaCertificate(stack, 'Intermediate01', { namespace, certificatePem: AUTHORITY });

  const [certificate] = synthesized(stack).resources('Microsoft.EventGrid/namespaces/caCertificates@');

  expect(certificate).toMatchObject({ name: 'Intermediate01' });
  expect(certificate?.body).toEqual({ properties: { encodedCertificate: AUTHORITY.replaceAll('\n', '') } });
});

test.each([
  ['nothing', "certificatePem must be the PEM text of a certificate, not the path of a file, got 'nothing'"],
  ['-----BEGIN PRIVATE KEY-----', 'certificatePem must be free of private keys'],
  [
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    'certificatePem must be a readable certificate of a certificate authority (basic constraints CA:TRUE)',
  ],
])('fails to upload %j as a certificate authority', (certificatePem, message) => {
  const stack = newStack();
  const resourceGroup = new ResourceGroup(stack, 'rg1', { location: 'westus2' });
  const namespace = new EventGridNamespace(stack, 'ns1', { resourceGroup });

  expect(() => new CaCertificate(stack, 'ca1', { namespace, certificatePem })).toThrow(message);
});

const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUJzC5FKN1+hLMRFB8HqphcVW1zN0wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjEwNDM1MDhaGA8yMTI2MTAyODA0
MzUwOFowEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABP8pnV249oHpPmiLrQJMeiTna1jHD1vCm0nrSkcp99tby4sD1Ci/K3t4WTGm
oO/08Ds1DBGvzUfSTueTeHqc1uujUzBRMB0GA1UdDgQWBBTP8PmA7DJJzg96fqip
8SV7PniOJzAfBgNVHSMEGDAWgBTP8PmA7DJJzg96fqip8SV7PniOJzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIA27RgQroBKWuEfDf9MkVusQNbHY
+t0UAeyYWMdIftblAiEA43cMCVLctbleRB8nEwc2blOhVfmMzeJwEXZOCjyUZM4=
-----END CERTIFICATE-----
`;

test('a thumbprint that lets in two clients is a warning', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new MqttClient(stack, 'sensor1', { namespace, certificateAuthentication: byThumbprint });
  new MqttClient(stack, 'sensor2', { namespace, certificateAuthentication: byThumbprint });

  expect(synthesized(stack).warnings).toContain(
    "client 'sensor2' has the thumbprint 01234567... of 'sensor1' too: whoever holds its key can connect as both [ack: lastwill:sharedCertificate]",
  );
});

test('declared wills stand beside the client, where they are not deployed', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: true }, 'ns1');
  const will = { topic: 'pumps/{device}/${gone}', delaySeconds: 60, sessionExpirySeconds: 60 };
  const client = new MqttClient(stack, 'sensor1', { namespace, certificateAuthentication: byThumbprint, will });
  client.declareWill({ topic: 'pumps/{device}/lost' });

  const { '//': comment, body } = stack.toTerraform().resource.azapi_resource.sensor1;

  expect(comment['lastwill:will']).toEqual([
    { topic: 'pumps/{device}/$${gone}', delaySeconds: 60, sessionExpirySeconds: 60 },
    { topic: 'pumps/{device}/lost' },
  ]);
  expect(JSON.stringify(body)).not.toContain('gone');
});

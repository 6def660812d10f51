import { azureChecks } from '../../../../bin/doctor/azure/checks';
import type { AzurePorts } from '../../../../bin/doctor/azure/ports';
import { runChecks } from '../../../../bin/doctor/check';
import { ManualClock } from '../../../../presence/clock';
import { makeSelfSigned } from '../../../fixtures/certificates';
import { fixturePem, fixtureThumbprint } from '../../../local/azure/lwt-template';
import { client, finding, namespace, ports, refusing, resource } from './namespace';

const subject = ports().subject;
const authority = (name: string) => resource(name, { encodedCertificate: fixturePem(name) });
const bySubject = { clientCertificateAuthentication: { validationScheme: 'SubjectMatchesAuthenticationName' } };
const SENSOR1 = fixtureThumbprint('sensor1').replaceAll(':', '').toLowerCase();

type Case = readonly [name: string, what: string, ports: Partial<AzurePorts>, says: string];

const failures: readonly Case[] = [
  [
    'account',
    'a login that has expired',
    {
      namespace: refusing(
        'CLOUD_CALL_FAILED',
        "Azure does not accept the login (ExpiredAuthenticationToken): log in again with 'az login'",
      ),
    },
    'Azure does not accept the login (ExpiredAuthenticationToken)',
  ],
  [
    'namespace',
    'one that there is not',
    { namespace: refusing('NOT_DEPLOYED', 'subscription s has no Event Grid namespace: deploy it') },
    'subscription s has no Event Grid namespace',
  ],
  [
    'namespace',
    'one whose deployment failed',
    { namespace: async () => namespace({}, { provisioningState: 'CreateFailed' }) },
    'namespace ns1 is CreateFailed',
  ],
  [
    'namespace',
    'one without MQTT',
    { namespace: async () => namespace({ state: 'Disabled' }) },
    'namespace ns1 does not have MQTT enabled',
  ],
  [
    'endpoint',
    'a chain that does not verify',
    { handshakeProblem: async () => 'self-signed certificate in certificate chain' },
    'ns1.example.com:8883: self-signed certificate in certificate chain',
  ],
  [
    'key and certificate',
    'a file that is no certificate',
    { stored: () => ({ directory: 'd', certificate: 'scribble', privateKey: 'k' }) },
    'd/client-cert.pem is no certificate in PEM',
  ],
  [
    'key and certificate',
    'a key of another',
    { stored: () => ({ directory: 'd', certificate: fixturePem('sensor1'), privateKey: 'k' }) },
    'd/private-key.pem is not the key of client-cert.pem beside it',
  ],
  [
    'certificate valid',
    'one whose time has not come',
    { clock: new ManualClock(Date.UTC(2020, 0, 1)) },
    'certificates/azure/sensor1/client-cert.pem is valid from Nov 21 05:01:05 2026 GMT only',
  ],
  [
    'client',
    'one that there is not',
    { client: async () => undefined },
    'no client of the namespace has the authentication name sensor1; it knows sensor1, actuator1',
  ],
  [
    'client',
    'one that is disabled',
    { client: async () => client('sensor1', { state: 'Disabled' }) },
    'client sensor1 is disabled',
  ],
  [
    'certificate accepted',
    'a thumbprint of another certificate',
    {
      client: async () =>
        client('sensor1', {
          clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch', allowedThumbprints: ['AB:CD'] },
        }),
    },
    `the certificate's thumbprint is ${SENSOR1}, but the client 'sensor1' has abcd`,
  ],
  [
    'certificate accepted',
    'a CA certificate that is not there',
    { client: async () => client('sensor1', bySubject) },
    "no CA certificate of the namespace signed the certificate of 'sensor1', whose issuer is 'CN=Fixture Intermediate'; there is none; the CA certificate of a namespace must be the one that signed the client certificate itself",
  ],
  [
    'certificate accepted',
    'the root in place of the CA certificate that signed',
    { client: async () => client('sensor1', bySubject), caCertificates: async () => [authority('root')] },
    "no CA certificate of the namespace signed the certificate of 'sensor1', whose issuer is 'CN=Fixture Intermediate'; there is 'CN=Fixture Root'; the CA certificate of a namespace must be the one that signed the client certificate itself",
  ],
  [
    'certificate accepted',
    'a certificate for another name',
    {
      client: async () => client('sensor1', { ...bySubject, authenticationName: 'sensor9' }),
      caCertificates: async () => [authority('intermediate')],
    },
    "the certificate's Subject must be the authentication name 'sensor9', it holds 'sensor1'",
  ],
  [
    'certificate accepted',
    'a CA certificate that expired',
    {
      client: async () => client('sensor1', bySubject),
      caCertificates: async () => [authority('intermediate')],
      clock: new ManualClock(Date.UTC(2200, 0, 1)),
    },
    'the CA certificate that signed it expired on Oct 28 05:01:05 2126 GMT',
  ],
  [
    'sessions',
    'fewer than there are connections',
    { subject: { ...subject, connections: 3 } },
    'sensor1 has 3 connections, and the namespace allows 1 session',
  ],
  [
    'client groups',
    'attributes that no query asks for',
    { client: async () => client('sensor1', { attributes: { type: 'lamp', floor: 3 } }) },
    "the client, whose attributes are type 'lamp', floor 3, is in no client group: not in sensors (attributes.type is 'lamp'), actuators (attributes.type is 'lamp')",
  ],
  [
    'client groups',
    'a group that no binding names',
    { permissionBindings: async () => [] },
    'no permission binding names sensors',
  ],
  [
    'may leave its will',
    'a topic that no template covers',
    { subject: { ...subject, willTopic: 'clients/sensor2/status' } },
    "no Publisher binding of the client covers clients/sensor2/status; nearest is binding 'pub': group 'sensors' on topic space 'own', template 'clients/${client.authenticationName}/status', for this client 'clients/sensor1/status'",
  ],
  [
    'may publish',
    'a client outside of the group',
    {
      subject: { ...subject, publishTopic: 'clients/sensor1/status' },
      client: async () => client('sensor1', { attributes: {} }),
    },
    "no Publisher binding of the client covers clients/sensor1/status; nearest is binding 'pub': group 'sensors' on topic space 'own', template 'clients/${client.authenticationName}/status', but the client is not in that group: attributes.type is absent",
  ],
  [
    'may subscribe',
    'a filter wider than any template',
    { subject: { ...subject, subscribeFilter: '#' } },
    "no Subscriber binding of the client covers #; nearest is binding 'sub': group 'actuators' on topic space 'all', template 'clients/+/status', but the client is not in that group: attributes.type is 'sensor'",
  ],
  [
    'will delay',
    'longer than Event Grid keeps',
    { subject: { ...subject, willDelaySeconds: 301, sessionExpirySeconds: 400 } },
    'Event Grid keeps a will back for 300 s at most, not 301 s',
  ],
  [
    'will delay',
    'longer than the session lasts',
    { subject: { ...subject, willDelaySeconds: 30 } },
    'the will comes at once, when the session ends, and not after 30 s',
  ],
];

test.each(failures)('%s: %s fails, with what to do', async (name, _what, wrong, reason) => {
  expect(await finding(name, wrong)).toEqual({ name, status: 'failed', reason, fix: expect.stringMatching(/\w/) });
});

const unknowns: readonly Case[] = [
  [
    'namespace',
    'one that is being changed',
    { namespace: async () => namespace({}, { provisioningState: 'Updating' }) },
    'namespace ns1 is Updating: wait until it has Succeeded',
  ],
  [
    'client',
    'one that is being made',
    { client: async () => client('sensor1', { provisioningState: 'Creating' }) },
    'client sensor1 is Creating: wait until it has Succeeded',
  ],
  [
    'certificate accepted',
    'a store without certificate',
    { stored: () => ({ directory: 'd' }) },
    `there is no certificate to hold against the thumbprint ${fixtureThumbprint('sensor1')}`,
  ],
  [
    'certificate accepted',
    'a scheme of a later API',
    { client: async () => client('sensor1', { clientCertificateAuthentication: { validationScheme: 'Odd' } }) },
    'the validation scheme Odd is not known here',
  ],
  [
    'client groups',
    'a query of a later API',
    { clientGroups: async () => [resource('sensors', { query: 'NOT attributes.type' })] },
    'the query of sensors is not understood here',
  ],
  [
    'may leave its will',
    'a template of a later API',
    { topicSpaces: async () => [resource('own', { topicTemplates: ['clients/${client.id}/status'] })] },
    'a group query or topic template is not understood here',
  ],
  [
    'may leave its will',
    'a topic space that is being changed',
    {
      topicSpaces: async () => [resource('own', { topicTemplates: ['clients/#'], provisioningState: 'Updating' })],
    },
    'clients/sensor1/status, by binding pub (group sensors, topic space own), which is being changed: wait until it has Succeeded',
  ],
];

test.each(unknowns)('%s: %s leaves it unknown', async (name, _what, wrong, why) => {
  expect(await finding(name, wrong)).toEqual({ name, status: 'unknown', why });
});

const rights: readonly Case[] = [
  [
    'namespace',
    'one that is reached privately',
    { namespace: async () => namespace({}, { publicNetworkAccess: 'Disabled' }) },
    'ns1 in westus2, reached from private endpoints only',
  ],
  [
    'certificate accepted',
    'a certificate that the CA of the namespace signed for the name',
    { client: async () => client('sensor1', bySubject), caCertificates: async () => [authority('intermediate')] },
    'SubjectMatchesAuthenticationName',
  ],
  [
    'client groups',
    'a binding for every client',
    {
      clientGroups: async () => [],
      permissionBindings: async () => [
        resource('pub', { clientGroupName: '$all', topicSpaceName: 'own', permission: 'Publisher' }),
      ],
    },
    '$all',
  ],
  [
    'sessions',
    'as many as there are connections',
    {
      subject: { ...subject, connections: 3 },
      namespace: async () => namespace({ maximumClientSessionsPerAuthenticationName: 3 }),
    },
    '3 sessions of sensor1, each with its own client id; one that is not connected counts until it expires, at most 1 h later',
  ],
  [
    'will delay',
    'a session that lasts as long',
    { subject: { ...subject, willDelaySeconds: 30, sessionExpirySeconds: 60 } },
    '30 s',
  ],
];

test.each(rights)('%s: %s is right', async (name, _what, right, detail) => {
  expect(await finding(name, right)).toEqual({ name, status: 'ok', detail });
});

test('where all is right nothing fails and nothing is unknown but the key that is not in the store', async () => {
  const findings = await runChecks(azureChecks(subject), ports());

  expect(findings.filter(({ status }) => status !== 'ok')).toEqual([
    {
      name: 'key and certificate',
      status: 'unknown',
      why: 'certificates/azure/sensor1 has no private-key.pem; name the store with --store',
    },
  ]);
});

test('an expired certificate comes with the command that changes over', async () => {
  expect(await finding('certificate valid', { clock: new ManualClock(Date.UTC(2200, 0, 1)) })).toMatchObject({
    reason: 'certificates/azure/sensor1/client-cert.pem expired on Jun 15 05:01:05 2125 GMT',
    fix: 'change over to a new one: npm run -s lastwill -- certificates rotate --azure sensor1',
  });
});

test('a key and a certificate that belong together are told by the thumbprint', async () => {
  const { certificate, privateKey } = await makeSelfSigned('sensor1');
  const stored = () => ({ directory: 'd', certificate: certificate.toString(), privateKey: privateKey.toString() });

  expect(await finding('key and certificate', { stored })).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^thumbprint [0-9a-f]{12}\.\.\.$/),
  });
});

test('what no namespace can be asked for the reason is said once', async () => {
  const message = 'subscription s has no Event Grid namespace: deploy it';
  const all = ports({ namespace: refusing('NOT_DEPLOYED', message), client: refusing('NOT_DEPLOYED', message) });

  const findings = await runChecks(azureChecks(all.subject), all);

  expect(JSON.stringify(findings).split('has no Event Grid namespace')).toHaveLength(2);
  expect(findings.find(({ name }) => name === 'client')).toEqual({
    name: 'client',
    status: 'unknown',
    why: 'see namespace',
  });
});

import { X509Certificate } from 'node:crypto';
import { createAzureCloud } from '../../../local/azure/azure-cloud';
import type { LogEntry } from '../../../local/event-log';
import type { Authentication, ConnectRequest, Peer } from '../../../local/ports';
import type { ResolvedTemplate } from '../../../local/resolved-template';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import {
  child,
  clientByThumbprint,
  fixtureCertificate,
  fixturePem,
  fixtureThumbprint,
  lwtResources,
  lwtTemplate,
} from './lwt-template';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-authentication
const NOW = Date.parse('2026-11-22T00:00:00Z');

function cloud(template: ResolvedTemplate, now = NOW) {
  const entries: LogEntry[] = [];
  const clock = new ManualClock(now);
  const parts = createAzureCloud({
    template,
    clock,
    randomness: seededRandomness(1),
    log: { write: (entry) => entries.push(entry) },
  });
  return { ...parts, entries };
}

function request(fields: Partial<ConnectRequest> = {}): ConnectRequest {
  return {
    clientId: 'sensor1',
    username: 'sensor1',
    protocolVersion: 5,
    cleanStart: true,
    sessionExpirySeconds: 0,
    keepAliveSeconds: 30,
    ...fields,
  };
}

function peer(...certificates: string[]): Peer {
  return { transport: 'tls', remoteAddress: '127.0.0.1', certificates: certificates.map(fixtureCertificate) };
}

function reasonOf(authentication: Authentication): string {
  if (authentication.accepted) throw new Error('expected a refusal');
  expect(authentication.situation).toBe('notAuthorized');
  return authentication.explanation.reason;
}

test('a client with the certificate of its thumbprint is let in under its stored name', () => {
  const { authenticator } = cloud(lwtTemplate());

  const authentication = authenticator.authenticate(request({ clientId: 'any', username: 'SENSOR1' }), peer('sensor1'));

  expect(authentication).toMatchObject({ accepted: true, principal: 'sensor1', owner: 'sensor1' });
});

test('refused: no username', () => {
  const { authenticator } = cloud(lwtTemplate());

  expect(reasonOf(authenticator.authenticate(request({ username: undefined }), peer('sensor1')))).toBe(
    'the client sent no username, which must be its authentication name',
  );
});

test('refused: client unknown', () => {
  const { authenticator } = cloud(lwtTemplate());

  expect(reasonOf(authenticator.authenticate(request({ username: 'sensor9' }), peer('sensor1')))).toBe(
    "client could not be found: no client of the namespace has the authentication name 'sensor9'; it knows 'sensor1', 'sensor2', 'actuator1'",
  );
});

test('refused: thumbprint differs, and both are shown', () => {
  const { authenticator } = cloud(lwtTemplate());
  const bare = (name: string): string => fixtureThumbprint(name).replaceAll(':', '').toLowerCase();

  expect(reasonOf(authenticator.authenticate(request(), peer('sensor2')))).toBe(
    `the certificate's thumbprint is ${bare('sensor2')}, but the client 'sensor1' has ${bare('sensor1')}`,
  );
});

test('refused: no certificate', () => {
  const { authenticator } = cloud(lwtTemplate());

  expect(reasonOf(authenticator.authenticate(request(), peer()))).toBe("the client 'sensor1' sent no certificate");
});

test('refused: disabled', () => {
  const resource = clientByThumbprint('sensor1', {}) as { body: { properties: object } };
  const sensor1 = { ...resource, body: { properties: { ...resource.body.properties, state: 'Disabled' } } };
  const { authenticator } = cloud(lwtTemplate({ sensor1 }));

  expect(reasonOf(authenticator.authenticate(request(), peer('sensor1')))).toBe(
    "the client 'sensor1' is disabled (azapi_resource.sensor1)",
  );
});

test('refused: the certificate has expired, by the engine’s clock', () => {
  const { authenticator } = cloud(lwtTemplate(), Date.parse('2150-01-01T00:00:00Z'));

  expect(reasonOf(authenticator.authenticate(request(), peer('sensor1')))).toMatch(
    /^the certificate of the client 'sensor1' expired on /,
  );
});

test('refused: the certificate is not valid yet', () => {
  const { authenticator } = cloud(lwtTemplate(), Date.parse('2020-01-01T00:00:00Z'));

  expect(reasonOf(authenticator.authenticate(request(), peer('sensor1')))).toMatch(/is valid from .* only$/);
});

test('a SHA-1 thumbprint lets in, with a warning', () => {
  const sha1 = new X509Certificate(fixturePem('sensor1')).fingerprint;
  const sensor1 = child('clients', 'sensor1', {
    clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch', allowedThumbprints: [sha1] },
  });
  const { authenticator, entries } = cloud(lwtTemplate({ sensor1 }));

  expect(authenticator.authenticate(request(), peer('sensor1'))).toMatchObject({ accepted: true });
  expect(entries).toEqual([
    {
      type: 'warning',
      clientId: 'sensor1',
      reason: "client 'sensor1': its thumbprint is a SHA-1; whether Azure lets it in with that is not documented",
    },
  ]);
});

test('an authentication method of MQTT 5 is refused as such', () => {
  const { authenticator } = cloud(lwtTemplate());

  const answer = authenticator.authenticate(request({ authenticationMethod: 'OAUTH2-JWT' }), peer('sensor1'));

  expect(answer).toMatchObject({ accepted: false, situation: 'badAuthenticationMethod' });
});

test('code in this process may say who it is, without a certificate', () => {
  const { authenticator } = cloud(lwtTemplate());

  const answer = authenticator.authenticate(request({ username: undefined }), {
    ...peer(),
    assertedPrincipal: 'sensor1',
  });

  expect(answer).toMatchObject({ accepted: true, principal: 'sensor1' });
});

describe('by certificate authority', () => {
  const ca = child('caCertificates', 'Intermediate01', { encodedCertificate: fixturePem('intermediate') });

  function known(authenticationName: string, validationScheme: string) {
    const sensor1 = child('clients', 'sensor1', {
      authenticationName,
      clientCertificateAuthentication: { validationScheme },
    });
    return cloud(lwtTemplate({ sensor1, ca }));
  }

  test.each([
    ['sensor1', 'SubjectMatchesAuthenticationName'],
    ['sensor1.example', 'DnsMatchesAuthenticationName'],
    ['urn:sensor1', 'UriMatchesAuthenticationName'],
    ['10.0.0.1', 'IpMatchesAuthenticationName'],
    ['SENSOR1@example.com', 'EmailMatchesAuthenticationName'],
  ])('%s matches by %s', (username, scheme) => {
    const { authenticator } = known(username, scheme);

    expect(authenticator.authenticate(request({ username }), peer('sensor1'))).toMatchObject({ accepted: true });
  });

  test('refused: the field is not the authentication name', () => {
    const { authenticator } = known('sensor9', 'DnsMatchesAuthenticationName');

    expect(reasonOf(authenticator.authenticate(request({ username: 'sensor9' }), peer('sensor1')))).toBe(
      "the certificate's Dns must be the authentication name 'sensor9', it holds 'sensor1.example'",
    );
  });

  test('refused: only the root is there, which did not sign the certificate itself', () => {
    const root = child('caCertificates', 'Root01', { encodedCertificate: fixturePem('root') });
    const sensor1 = child('clients', 'sensor1', {});
    const { authenticator } = cloud(lwtTemplate({ sensor1, root }));

    expect(reasonOf(authenticator.authenticate(request(), peer('sensor1', 'intermediate')))).toBe(
      "no CA certificate of the namespace signed the certificate of 'sensor1', whose issuer is 'CN=Fixture Intermediate'; there is 'CN=Fixture Root'; " +
        'the CA certificate of a namespace must be the one that signed the client certificate itself',
    );
  });
});

describe('alternative authentication names', () => {
  function known(...sources: string[]) {
    const clientAuthentication = { alternativeAuthenticationNameSources: sources };
    const ns = {
      ...lwtResources().ns,
      body: { properties: { topicSpacesConfiguration: { state: 'Enabled', clientAuthentication } } },
    };
    const dns = clientByThumbprint('sensor1', {}) as { body: { properties: object } };
    const byDns = {
      ...dns,
      name: 'dns',
      body: { properties: { ...dns.body.properties, authenticationName: 'sensor1.example' } },
    };
    return cloud(lwtTemplate({ ns, byDns }));
  }

  test('without a username the listed fields are tried in order', () => {
    const { authenticator } = known('ClientCertificateDns', 'ClientCertificateSubject');

    expect(authenticator.authenticate(request({ username: undefined }), peer('sensor1'))).toMatchObject({
      principal: 'sensor1.example',
    });
  });

  test('a username comes first', () => {
    const { authenticator } = known('ClientCertificateDns');

    expect(authenticator.authenticate(request(), peer('sensor1'))).toMatchObject({ principal: 'sensor1' });
  });

  test('refused: none of the fields has a name', () => {
    const { authenticator } = known('ClientCertificateUri');

    expect(reasonOf(authenticator.authenticate(request({ username: '' }), peer()))).toBe(
      'the client sent no username, and its certificate has no name in the fields Uri',
    );
  });
});

describe('sessions of one authentication name', () => {
  const connected = {
    kind: 'connect',
    clientId: 'first',
    principal: 'sensor1',
    sessionId: 's',
    sessionPresent: false,
    keepAliveSeconds: 1,
    protocolVersion: 5,
    cleanStart: true,
    sessionExpirySeconds: 60,
  } as const;

  test('a second session is refused while the first lives, connected or not', () => {
    const { authenticator, observe } = cloud(lwtTemplate());
    observe(connected);
    observe({ kind: 'disconnect', clientId: 'first', principal: 'sensor1', sessionId: 's', cause: 'connectionLost' });

    expect(authenticator.authenticate(request({ clientId: 'second' }), peer('sensor1'))).toEqual({
      accepted: false,
      situation: 'quotaExceeded',
      explanation: {
        action: 'connect',
        reason:
          "'sensor1' may have 1 session, also counting those that are not connected, and has 'first'; connect with that client id, or raise maximumClientSessionsPerAuthenticationName",
      },
    });
    expect(authenticator.authenticate(request({ clientId: 'first' }), peer('sensor1'))).toMatchObject({
      accepted: true,
    });
  });

  test('when the session has ended another may begin', () => {
    const { authenticator, observe } = cloud(lwtTemplate());
    observe(connected);
    observe({ kind: 'sessionEnd', clientId: 'first', principal: 'sensor1', reason: 'expired' });

    expect(authenticator.authenticate(request({ clientId: 'second' }), peer('sensor1'))).toMatchObject({
      accepted: true,
    });
  });
});

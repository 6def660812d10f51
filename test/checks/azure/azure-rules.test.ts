import { checkTerraform } from '../../../checks';
import { fixtureCertificate } from '../../fixtures/certificates';
import {
  binding,
  child,
  client,
  configuration,
  findingsOf,
  NAMESPACE,
  OWN_TOPICS,
  saidBy,
  topicSpace,
  WILL,
} from './foreign-configuration';

const PLANT = [NAMESPACE, OWN_TOPICS, client('pump1'), client('pump2')] as const;

function report(json: object, ...wills: readonly { readonly topic: string }[]) {
  return checkTerraform({ name: 'main.tf.json', json }, { wills });
}

test('a namespace in which every client may leave its own will and no other has no finding', () => {
  expect(report(configuration(...PLANT), WILL).findings).toEqual([]);
});

test('without a will, the rules about wills do not apply', () => {
  expect(report(configuration(...PLANT)).applied).toEqual([
    'lastwill:groupMatchesNoClient',
    'lastwill:wildcardTemplate',
    'lastwill:anonymousTemplate',
    'lastwill:sharedCertificate',
  ]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
describe('lastwill:willNotPublishable', () => {
  test('fails for a client whose will no binding covers, naming the nearest template', () => {
    const [finding, ...others] = findingsOf(configuration(...PLANT), 'willNotPublishable', {
      topic: 'devices/{device}/status',
    });

    expect(others).toHaveLength(1);
    expect(finding).toMatchObject({ severity: 'error', logicalId: 'azapi_resource.pump1' });
    expect(finding?.message).toBe(
      "pump1 cannot leave its will on 'devices/{device}/status': nearest is binding 'publish': group '$all' on topic space 'own', template 'clients/${client.authenticationName}/status', for this client 'clients/pump1/status'",
    );
  });

  test('fails when nobody may publish at all', () => {
    const json = configuration(NAMESPACE, client('pump1'));

    expect(saidBy(json, 'willNotPublishable', WILL)).toEqual([
      ': no client may publish anything: no client is in the group of a Publisher binding',
    ]);
  });

  test('only warns where the namespace is declared elsewhere, because a binding there may let it', () => {
    const json = configuration(...PLANT.slice(1), topicSpace('other', 'other/$${client.authenticationName}'));
    const elsewhere = JSON.parse(JSON.stringify(json).replaceAll('${azapi_resource.ns.id}', '/rg/namespaces/ns1'));

    expect(
      findingsOf(elsewhere, 'willNotPublishable', { topic: 'devices/{device}' }).map(({ severity }) => severity),
    ).toEqual(['warning', 'warning']);
  });
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces
describe('lastwill:sharedWillTopic', () => {
  test('warns of a template that lets a client speak for others', () => {
    const json = configuration(
      NAMESPACE,
      client('pump1'),
      topicSpace('all', 'clients/+/status'),
      binding('pub', 'all'),
    );

    expect(saidBy(json, 'sharedWillTopic', WILL)).toEqual([
      'azapi_resource.pump1: pump1 may publish on clients/another-client/status too: put ${client.authenticationName} into the topic template',
    ]);
  });

  test('warns of one client that may publish on the topic of one other', () => {
    const json = configuration(
      ...PLANT,
      client('boss', { role: 'boss' }),
      child('clientGroups', 'bosses', { query: "attributes.role = 'boss'" }),
      topicSpace('slip', 'clients/pump2/status'),
      binding('bosses-pub', 'slip', 'Publisher', '${azapi_resource.bosses.name}'),
    );

    expect(saidBy(json, 'sharedWillTopic', WILL)).toEqual([
      'azapi_resource.boss: boss may publish on clients/pump2/status too: put ${client.authenticationName} into the topic template',
    ]);
  });

  test('warns of an attribute in the place of the name when another client has that value', () => {
    const json = configuration(
      NAMESPACE,
      client('pump1', { of: 'pump1' }),
      client('pump2', { of: 'pump1' }),
      topicSpace('own', 'clients/$${client.attributes.of}/status'),
      binding('pub', 'own'),
    );

    expect(saidBy(json, 'sharedWillTopic', WILL)).toEqual([
      'azapi_resource.pump2: pump2 may publish on clients/pump1/status too: put ${client.authenticationName} into the topic template',
    ]);
  });

  const ownWill = { '//': { 'lastwill:will': { topic: 'clients/pump1/status' } } };

  test('says nothing of a topic that is written out beside the one client that leaves the will', () => {
    const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1', {}, ownWill), client('pump2'));

    expect(saidBy(json, 'sharedWillTopic')).toEqual([]);
  });

  test('warns of another client that may publish on a topic that is written out', () => {
    const json = configuration(
      NAMESPACE,
      topicSpace('all', 'clients/+/status'),
      binding('pub', 'all'),
      client('pump1', {}, ownWill),
      client('pump2'),
    );

    expect(saidBy(json, 'sharedWillTopic')).toEqual([
      'azapi_resource.pump2: pump2 may publish on clients/pump1/status too: put ${client.authenticationName} into the topic template',
    ]);
  });

  test('warns of one topic for all', () => {
    expect(saidBy(configuration(...PLANT), 'sharedWillTopic', { topic: 'lamp/gone' })).toEqual([
      ": will topic 'lamp/gone' is the same for every client: put {device} into it",
    ]);
  });
});

// https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits
test.each([
  [{ delaySeconds: 301 }, 'willDelaySeconds must be at most 300, got 301'],
  [{ keepAliveSeconds: 1161 }, 'keepAliveSeconds must be 1 to 1160, got 1161'],
  [{ keepAliveSeconds: 0 }, 'keepAliveSeconds must be 1 to 1160, got 0'],
  [
    { topic: '$wills/{device}' },
    "will topic must be a topic that does not start with $, which Event Grid reserves, got '$wills/{device}'",
  ],
  [
    { topic: `{device}/${'a/'.repeat(14)}a` },
    `will topic must be at most 15 levels deep (14 slashes), got '{device}/${'a/'.repeat(14)}a'`,
  ],
  [
    { topic: 'clients/+/{device}' },
    "will topic must be a topic name without the wildcards + and #, got 'clients/+/{device}'",
  ],
])('willLimits: fails for %j', (wrong, message) => {
  const said = findingsOf(configuration(...PLANT), 'willLimits', { ...WILL, ...wrong });

  expect(said.map(({ severity, message: text }) => [severity, text])).toEqual([['error', message]]);
});

test('willLimits: fails for a topic that is too long for the client with the longest name', () => {
  const name = 'n'.repeat(128);
  const topic = `${'t'.repeat(121)}/{device}/status`;

  expect(saidBy(configuration(...PLANT, client(name)), 'willLimits', { topic })).toEqual([
    `: will topic must be at most 256 bytes long, got '${topic}'`,
  ]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support
test.each([
  [
    { delaySeconds: 60 },
    ["the will's delay of 60 seconds holds only while the session lives, and nothing says how long that is"],
  ],
  [
    { delaySeconds: 60, sessionExpirySeconds: 30 },
    ["the session ends after 30 seconds, and with it the will's delay of 60"],
  ],
  [
    { sessionExpirySeconds: 7200 },
    ["the session expiry of 7200 seconds is lowered to the namespace's maximum of 3600"],
  ],
  [{ delaySeconds: 60, sessionExpirySeconds: 60 }, []],
])('willTiming: for %j it says %j', (timing, messages) => {
  const found = findingsOf(configuration(...PLANT), 'willTiming', { ...WILL, ...timing });

  expect(found.map(({ message }) => message)).toEqual(messages);
});

describe('lastwill:willNotHeard', () => {
  const deaf = [NAMESPACE, client('pump1'), topicSpace('own', 'clients/$${client.authenticationName}/status')];

  test('warns when nobody may subscribe at all, clients or not', () => {
    expect(saidBy(configuration(NAMESPACE), 'willNotHeard', WILL)).toEqual([
      ': nobody may subscribe to anything, and messages are not routed: a will is not heard',
    ]);
  });

  test('warns when nobody may subscribe to the will', () => {
    const others = [topicSpace('other', 'other/+'), binding('sub', 'other', 'Subscriber')];

    expect(saidBy(configuration(...deaf, ...others, binding('pub', 'own')), 'willNotHeard', WILL)).toEqual([
      ": nobody may subscribe to 'clients/pump1/status', and messages are not routed: a will is not heard",
    ]);
  });

  test('does not when messages are routed', () => {
    const { ns } = NAMESPACE;
    const topicSpacesConfiguration = { state: 'Enabled', routeTopicResourceId: '/subscriptions/s/topics/all' };
    const routed = { ns: { ...(ns as object), body: { properties: { topicSpacesConfiguration } } } };

    expect(saidBy(configuration(...deaf, routed, binding('pub', 'own')), 'willNotHeard', WILL)).toEqual([]);
  });
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
test('groupMatchesNoClient: warns of a query that no client satisfies', () => {
  const json = configuration(
    ...PLANT,
    child('clientGroups', 'valves', { query: "attributes.type = 'valve'" }),
    binding('valves-pub', 'own', 'Publisher', '${azapi_resource.valves.name}'),
  );

  expect(saidBy(json, 'groupMatchesNoClient')).toEqual([
    "azapi_resource.valves-pub: permission binding 'valves-pub' lets nobody in: no client is in the group 'valves'",
  ]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces
test('wildcardTemplate: warns of a wildcard without a variable', () => {
  const json = configuration(...PLANT, topicSpace('any', 'commands/#'), binding('any-pub', 'any'));

  expect(saidBy(json, 'wildcardTemplate')).toEqual([
    "azapi_resource.any-pub: permission binding 'any-pub' lets every client of its group publish on 'commands/#'",
  ]);
});

describe('lastwill:anonymousTemplate', () => {
  const shared = [topicSpace('alarm', 'alarm/fire'), binding('alarm-pub', 'alarm')];

  test('warns of a topic on which each client can pass for every other one', () => {
    expect(saidBy(configuration(...PLANT, ...shared), 'anonymousTemplate')).toEqual([
      "azapi_resource.alarm-pub: permission binding 'alarm-pub' lets every client of its group publish on 'alarm/fire': nobody can tell which one did",
    ]);
  });

  test('does not where one client alone is in the group', () => {
    expect(saidBy(configuration(NAMESPACE, client('bell'), ...shared), 'anonymousTemplate')).toEqual([]);
  });

  test('leaves shared will topics to the rule that is about them', () => {
    expect(saidBy(configuration(...PLANT, ...shared), 'anonymousTemplate', { topic: 'alarm/fire' })).toEqual([]);
  });
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients
test('sharedCertificate: warns of clients with one thumbprint, however it is written', () => {
  const withThumbprint = (name: string, thumbprint: string) =>
    child('clients', name, {
      clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch', allowedThumbprints: [thumbprint] },
    });
  const json = configuration(
    NAMESPACE,
    withThumbprint('pump1', 'ab'.repeat(32)),
    withThumbprint('pump2', 'AB:'.repeat(32)),
  );

  expect(saidBy(json, 'sharedCertificate')).toEqual([
    'azapi_resource.pump2: pump2 has the thumbprint abababab... of pump1 too: give it a certificate of its own',
  ]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
describe('lastwill:caCertificateMissing', () => {
  const bySubject = child('clients', 'gateway', {
    clientCertificateAuthentication: { validationScheme: 'SubjectMatchesAuthenticationName' },
  });

  test('warns of a client that is known by its subject when no authority is there', () => {
    expect(saidBy(configuration(NAMESPACE, bySubject), 'caCertificateMissing')).toEqual([
      'azapi_resource.gateway: gateway is known by the subject of its certificate, and the namespace has no CA certificate',
    ]);
  });

  test('does not when there is one', () => {
    const authority = child('caCertificates', 'factory', { encodedCertificate: fixtureCertificate('authority') });

    expect(saidBy(configuration(NAMESPACE, bySubject, authority), 'caCertificateMissing')).toEqual([]);
  });
});

test('every namespace of a configuration is checked', () => {
  const text = JSON.stringify(configuration(...PLANT, topicSpace('any', '#'), binding('any-pub', 'any')));
  const one = JSON.parse(text).resource.azapi_resource;
  const other = JSON.parse(text.replaceAll('azapi_resource.ns.id', 'azapi_resource.ns2.id').replaceAll('ns1', 'plant2'))
    .resource.azapi_resource;
  const second = Object.fromEntries(Object.entries(other).map(([key, value]) => [`${key}2`, value]));

  expect(
    findingsOf({ resource: { azapi_resource: { ...one, ...second } } }, 'wildcardTemplate').map(
      ({ logicalId }) => logicalId,
    ),
  ).toEqual(['azapi_resource.any-pub', 'azapi_resource.any-pub2']);
});

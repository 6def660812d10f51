import { Fn, TerraformVariable } from 'cdktf';
import { CertificateAuthentication } from '../../../constructs/azure/certificate-authentication';
import { ClientGroup } from '../../../constructs/azure/client-group';
import { ClientGroupQuery } from '../../../constructs/azure/client-group-query';
import { MqttClient } from '../../../constructs/azure/mqtt-client';
import { Permission, PermissionBinding } from '../../../constructs/azure/permission-binding';
import { TopicSpace } from '../../../constructs/azure/topic-space';
import { Warnings } from '../../../constructs/azure/warnings';
import { newNamespace, newStack, propertiesOf, synthesized, THUMBPRINT } from './synthesized';

const SPACES = 'Microsoft.EventGrid/namespaces/topicSpaces@';
const BINDINGS = 'Microsoft.EventGrid/namespaces/permissionBindings@';
const OWN = 'clients/${client.authenticationName}/status';

function templatesOf(...topicTemplates: string[]): unknown {
  const stack = newStack();
  new TopicSpace(stack, 'lwtPub', { namespace: newNamespace(stack, {}, 'ns1'), topicTemplates });
  const [space] = synthesized(stack).resources(SPACES);
  expect(space).toMatchObject({ name: 'lwtPub', locks: ['${azapi_resource.ns1.id}'] });
  return propertiesOf(space).topicTemplates;
}

test('variables are written as Event Grid spells them and escaped exactly once', () => {
  expect(templatesOf(OWN, 'area/${client.attributes.area|.x}/+')).toEqual([
    'clients/$${client.authenticationName}/status',
    'area/$${client.attributes.area|.x}/+',
  ]);
});

test('tokens in a template survive beside variables', () => {
  const stack = newStack();
  const site = new TerraformVariable(stack, 'site', { type: 'string' });
  const namespace = newNamespace(stack);
  const topicTemplates = [
    `${site.stringValue}/\${client.authenticationName}`,
    Fn.rawString('a/${client.attributes.b}'),
  ];
  new TopicSpace(stack, 'lwtPub', { namespace, topicTemplates });

  expect(synthesized(stack).resources(SPACES)).toMatchObject([
    {
      body: {
        properties: { topicTemplates: ['${var.site}/$${client.authenticationName}', 'a/$${client.attributes.b}'] },
      },
    },
  ]);
});

test.each([
  [[], 'topicTemplates must be 1 to 10 templates, got 0'],
  [Array(11).fill('a'), 'topicTemplates must be 1 to 10 templates, got 11'],
  [
    ['a', 'clients/$${client.authenticationName}'],
    "topicTemplates[1] must be written as Event Grid spells it, with ${ instead of $${ (it is escaped for you), got 'clients/$${client.authenticationName}'",
  ],
  [
    ['${principal.name}/x'],
    "topicTemplates[0] must be free of variables other than ${client.authenticationName} and ${client.attributes.KEY}, such as ${client.authenticationName}, got '${principal.name}/x'",
  ],
])('fails on the templates %j', (topicTemplates, message) => {
  expect(() => templatesOf(...topicTemplates)).toThrow(message);
});

test('a grant binds group and topic space by reference, so that both come first', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const query = ClientGroupQuery.raw("attributes.type='sensor'");
  const sensors = new ClientGroup(stack, 'sensors', { namespace, query });
  const space = new TopicSpace(stack, 'lwtPub', { namespace, topicTemplates: [OWN] });

  space.grantPublish(sensors, { bindingName: 'sensorsPub' });
  space.grantSubscribe(sensors);

  expect(synthesized(stack).resources(BINDINGS)).toMatchObject([
    {
      name: 'lwtPub-sensors-Subscriber',
      body: { properties: { permission: 'Subscriber' } },
    },
    {
      type: 'Microsoft.EventGrid/namespaces/permissionBindings@2025-02-15',
      name: 'sensorsPub',
      parent_id: '${azapi_resource.ns1.id}',
      locks: ['${azapi_resource.ns1.id}'],
      body: {
        properties: {
          clientGroupName: '${azapi_resource.sensors.name}',
          topicSpaceName: '${azapi_resource.lwtPub.name}',
          permission: 'Publisher',
        },
      },
    },
  ]);
});

test('granting twice is granting once', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  const space = new TopicSpace(stack, 'lwtPub', { namespace, topicTemplates: ['a'] });
  const everyone = ClientGroup.everyClient(namespace);

  expect(space.grantPublish(everyone)).toBe(space.grantPublish(everyone));
});

test('the group $all is bound by its own name, unescaped', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new TopicSpace(stack, 'lwtPub', { namespace, topicTemplates: ['a'] }).grantPublish(
    ClientGroup.everyClient(namespace),
  );

  expect(synthesized(stack).resources(BINDINGS)).toMatchObject([{ body: { properties: { clientGroupName: '$all' } } }]);
});

test('groups and topic spaces that are declared elsewhere are bound by name', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new PermissionBinding(stack, 'binding', {
    clientGroup: ClientGroup.fromClientGroupName(namespace, 'their-group'),
    topicSpace: TopicSpace.fromTopicSpaceName(namespace, 'their-space'),
    permission: Permission.SUBSCRIBER,
  });

  expect(synthesized(stack).resources(BINDINGS)).toMatchObject([
    { body: { properties: { clientGroupName: 'their-group', topicSpaceName: 'their-space' } } },
  ]);
});

test('fails to bind across namespaces or with a permission of another spelling', () => {
  const stack = newStack();
  const other = newNamespace(stack, {}, 'ns-2');
  const space = new TopicSpace(stack, 'lwtPub', { namespace: newNamespace(stack), topicTemplates: ['a'] });

  const act = (): unknown =>
    new PermissionBinding(stack, 'binding', {
      clientGroup: ClientGroup.everyClient(other),
      topicSpace: space,
      permission: 'publisher' as Permission,
    });

  expect(act).toThrow(
    "[stack/binding] permission must be one of Publisher, Subscriber, got 'publisher'; clientGroup must be of the same namespace as topicSpace, got '$all'",
  );
});

describe('warnings', () => {
  function lonelyBinding(): ReturnType<typeof newStack> {
    const stack = newStack();
    const namespace = newNamespace(stack);
    const query = ClientGroupQuery.raw("attributes.type='sensor'");
    const sensors = new ClientGroup(stack, 'sensors', { namespace, query });
    new TopicSpace(stack, 'area', { namespace, topicTemplates: ['${client.attributes.area}/x'] }).grantPublish(sensors);
    return stack;
  }

  function addSensor(stack: ReturnType<typeof newStack>): void {
    const namespace = newNamespace(stack, {}, 'ns-9');
    const query = ClientGroupQuery.raw("attributes.type='sensor'");
    const sensors = new ClientGroup(stack, 'more', { namespace, query });
    new TopicSpace(stack, 'place', { namespace, topicTemplates: ['${client.attributes.area}/x'] }).grantPublish(
      sensors,
    );
    const certificateAuthentication = CertificateAuthentication.byThumbprint(THUMBPRINT);
    new MqttClient(stack, 'sensor1', { namespace, certificateAuthentication, attributes: { type: 'sensor' } });
  }

  test('a binding of a group in which no client is', () => {
    expect(synthesized(lonelyBinding()).warnings).toEqual([
      "permission binding 'area-sensors-Publisher': no client of this app is in the group 'sensors' [ack: lastwill:groupMatchesNoClient]",
    ]);
  });

  test('a template with an attribute that no client of the group has', () => {
    const stack = newStack();
    addSensor(stack);

    expect(synthesized(stack).warnings).toEqual([
      "topic space 'place': no client in the group 'more' has the attribute 'area' [ack: lastwill:templateAttributeUnknown]",
    ]);
  });

  test('an acknowledged warning is not shown', () => {
    const stack = lonelyBinding();
    Warnings.of(stack).acknowledge('lastwill:groupMatchesNoClient', 'clients register themselves');

    expect(synthesized(stack).warnings).toEqual([]);
  });

  test('acknowledging one warning leaves another', () => {
    const stack = lonelyBinding();
    Warnings.of(stack).acknowledge('lastwill:somethingElse', 'test');

    expect(synthesized(stack).warnings).toHaveLength(1);
  });
});

import type { TerraformStack } from 'cdktf';
import { CertificateAuthentication } from '../../../constructs/azure/certificate-authentication';
import { ClientGroup } from '../../../constructs/azure/client-group';
import { ClientGroupQuery } from '../../../constructs/azure/client-group-query';
import type { EventGridNamespace } from '../../../constructs/azure/event-grid-namespace';
import { MqttClient, type MqttClientProps } from '../../../constructs/azure/mqtt-client';
import { TopicSpace } from '../../../constructs/azure/topic-space';
import { newNamespace, newStack, synthesized, THUMBPRINT } from './synthesized';

// Whether a client may publish its will is decided by Publisher bindings.
// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
function scenario(props: Partial<MqttClientProps>, shared = false): TerraformStack {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: shared });
  const query = ClientGroupQuery.raw("attributes.type='sensor'");
  const sensors = new ClientGroup(stack, 'sensors', { namespace, query });
  const space = new TopicSpace(stack, 'lwtPub', {
    namespace,
    topicTemplates: ['clients/${client.authenticationName}/status', 'areas/${client.attributes.area}'],
  });
  space.grantPublish(sensors, { bindingName: 'sensorsPub' });
  space.grantSubscribe(ClientGroup.everyClient(namespace));
  addClient(stack, namespace, props);
  return stack;
}

function addClient(stack: TerraformStack, namespace: EventGridNamespace, props: Partial<MqttClientProps>): void {
  const certificateAuthentication = CertificateAuthentication.byThumbprint(THUMBPRINT);
  new MqttClient(stack, 'sensor1', {
    namespace,
    certificateAuthentication,
    attributes: { type: 'sensor', area: 'north' },
    ...props,
  });
}

test.each([
  [{ will: { topic: 'clients/sensor1/status' } }],
  [{ will: { topic: 'clients/{device}/status' } }],
  [{ will: { topic: 'areas/north' } }],
  [{ authenticationName: 's-1', will: { topic: 'clients/s-1/status' } }],
])('a will that a Publisher binding covers is accepted: %j', (props) => {
  expect(synthesized(scenario(props)).warnings).toEqual([]);
});

test("fails on a will on another client's topic, and names the nearest binding", () => {
  expect(() => synthesized(scenario({ will: { topic: 'clients/sensor2/status' } }))).toThrow(
    "client 'sensor1': will topic 'clients/sensor2/status' must be covered by a topic template of a Publisher binding of the client, got none; " +
      "nearest is binding 'sensorsPub': group 'sensors' on topic space 'lwtPub', template 'clients/${client.authenticationName}/status', for this client 'clients/sensor1/status'",
  );
});

test('fails on a will of a client that is not in the group, and says why it is not', () => {
  const props = { attributes: { type: 'actuator' }, will: { topic: 'clients/sensor1/status' } };

  expect(() => synthesized(scenario(props))).toThrow(
    "nearest is binding 'sensorsPub': group 'sensors' on topic space 'lwtPub', template 'clients/${client.authenticationName}/status', " +
      "but the client is not in that group: attributes.type is 'actuator'",
  );
});

test('fails on a will by a template that needs an attribute which the client lacks', () => {
  const props = { attributes: { type: 'sensor' }, will: { topic: 'areas/north' } };

  expect(() => synthesized(scenario(props))).toThrow(
    "template 'areas/${client.attributes.area}', which stands for no topic for this client: an attribute is absent or a value holds /, + or #",
  );
});

test('fails on a will without any Publisher binding', () => {
  const stack = newStack();
  addClient(stack, newNamespace(stack), { will: { topic: 'clients/sensor1/status' } });

  expect(() => synthesized(stack)).toThrow(
    "client 'sensor1': will topic 'clients/sensor1/status' must be covered by a topic template of a Publisher binding of the client, got none; there is no such binding at all",
  );
});

test('where other apps may add bindings it is a warning', () => {
  expect(synthesized(scenario({ will: { topic: 'clients/sensor2/status' } }, true)).warnings).toEqual([
    "client 'sensor1': whether it may publish its will is only known at deployment [ack: lastwill:willCannotBeChecked]",
  ]);
});

test('a delay without a session expiry is a warning', () => {
  const will = { topic: 'clients/sensor1/status', delaySeconds: 60 };

  expect(synthesized(scenario({ will })).warnings).toEqual([
    'will.delaySeconds 60 only holds while the session lives: clients must ask for a session expiry of at least as long (say so in will.sessionExpirySeconds) [ack: lastwill:willDelayWithoutSessionExpiry]',
  ]);
});

import { TerraformStack, Testing } from 'cdktf';
import { checkTerraform, type DeclaredWill, type RuleFinding } from '../../../checks';
import {
  AzapiProvider,
  CertificateAuthentication,
  ClientGroup,
  ClientGroupQuery,
  EventGridNamespace,
  MqttClient,
  ResourceGroup,
  TopicSpace,
} from '../../../constructs/azure';

const WILL: DeclaredWill = { topic: 'clients/{device}/status' };

/** A namespace with one sensor, which may publish on one template. */
function configuration(template: string, query = "attributes.type = 'sensor'"): string {
  const stack = new TerraformStack(Testing.app(), 'stack');
  new AzapiProvider(stack, 'azapi');
  const resourceGroup = new ResourceGroup(stack, 'rg', { location: 'westus2' });
  const namespace = new EventGridNamespace(stack, 'ns', { resourceGroup });
  new MqttClient(stack, 'sensor1', {
    namespace,
    certificateAuthentication: CertificateAuthentication.byThumbprint('A'.repeat(64)),
    attributes: { type: 'sensor' },
  });
  const group = new ClientGroup(stack, 'sensors', { namespace, query: ClientGroupQuery.raw(query) });
  new TopicSpace(stack, 'space', { namespace, topicTemplates: [template] }).grantPublish(group);
  return Testing.synth(stack);
}

function check(text: string, ...wills: readonly DeclaredWill[]): readonly RuleFinding[] {
  return checkTerraform({ name: 'cdk.tf.json', text }, { wills }).findings;
}

const own = 'clients/${client.authenticationName}/status';

test('a namespace in which every client may leave its own will and no other has no finding', () => {
  expect(check(configuration(own), WILL)).toEqual([]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
test('willNotPublishable: fails for a client whose will no binding covers, naming the nearest template', () => {
  const [finding] = check(configuration('devices/${client.authenticationName}/status'), WILL);

  expect(finding).toMatchObject({ ruleId: 'lastwill:willNotPublishable', severity: 'error' });
  expect(finding?.message).toMatch(
    /^sensor1 cannot leave its will on 'clients\/\{device\}\/status': nearest is binding/,
  );
});

test('groupMatchesNoClient: warns of a query that no client satisfies, and nobody may publish', () => {
  const findings = check(configuration(own, "attributes.type = 'censor'"), WILL);

  expect(findings.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([
    ['lastwill:willNotPublishable', 'error'],
    ['lastwill:groupMatchesNoClient', 'warning'],
  ]);
});

test('sharedWillTopic and wildcardTemplate: warn of a template that lets a client speak for others', () => {
  const findings = check(configuration('clients/+/status'), WILL);

  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['lastwill:sharedWillTopic', 'lastwill:wildcardTemplate']);
  expect(findings[0]?.message).toContain('sensor1 may publish on clients/another-client/status too');
});

// https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits
test('willLimits: fails for delays and keep alives beyond the limits', () => {
  const findings = check(configuration(own), { ...WILL, delaySeconds: 301, keepAliveSeconds: 1161 });

  expect(findings.map(({ message }) => message)).toEqual([
    'willDelaySeconds must be at most 300, got 301',
    'keepAliveSeconds must be at most 1160, got 1161',
  ]);
});

test('without a will, the rules about wills do not apply', () => {
  const { applied } = checkTerraform({ name: 'cdk.tf.json', text: configuration(own) });

  expect(applied).toEqual(['lastwill:groupMatchesNoClient', 'lastwill:wildcardTemplate']);
});

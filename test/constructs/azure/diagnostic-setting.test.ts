import { DiagnosticSetting, DisconnectAlert, MqttLogCategory } from '../../../constructs/azure';
import { newNamespace, newStack, propertiesOf, synthesized } from './synthesized';

const SETTINGS = 'Microsoft.Insights/diagnosticSettings@';
const PROVIDERS = '/subscriptions/s/resourceGroups/rg/providers';
const workspaceId = `${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs`;

test('everything that a namespace tells of MQTT goes to the workspace, a table for each category', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new DiagnosticSetting(stack, 'logs', { namespace, workspaceId, metrics: true });

  const [setting] = synthesized(stack).resources(SETTINGS);

  expect(setting).toMatchObject({ name: 'logs', parent_id: '${azapi_resource.ns1.id}' });
  expect(propertiesOf(setting)).toEqual({
    workspaceId,
    logAnalyticsDestinationType: 'Dedicated',
    logs: [
      'SuccessfulMqttConnections',
      'FailedMqttConnections',
      'MqttDisconnections',
      'FailedMqttPublishedMessages',
      'FailedMqttSubscriptionOperations',
    ].map((category) => ({ category, enabled: true })),
    metrics: [{ category: 'AllMetrics', enabled: true }],
  });
});

test('an alert leaves the logs to a setting that is there already', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new DiagnosticSetting(stack, 'logs', { namespace, workspaceId, categories: [MqttLogCategory.DISCONNECTIONS] });
  new DisconnectAlert(stack, 'alert', {
    namespace,
    workspaceId,
    workspaceHasLogs: true,
    resourceGroup: namespace.resourceGroup,
    emailAddresses: ['support@example.com'],
  });

  const { resources } = synthesized(stack);

  expect(resources(SETTINGS)).toHaveLength(1);
  expect(resources('Microsoft.Insights/scheduledQueryRules@')).toHaveLength(1);
});

test.each([
  [{}, 'workspaceId or storageAccountId must be given, got neither'],
  [{ workspaceId: 'logs' }, "workspaceId must be an ARM id (/subscriptions/...), got 'logs'"],
  [{ workspaceId, categories: [] }, 'categories must be at least one, or metrics: true, got []'],
  [
    { workspaceId, categories: ['mqttDisconnections' as MqttLogCategory] },
    "categories[0] must be one of SuccessfulMqttConnections, FailedMqttConnections, MqttDisconnections, FailedMqttPublishedMessages, FailedMqttSubscriptionOperations, got 'mqttDisconnections'",
  ],
])('fails on %j', (props, message) => {
  const stack = newStack();

  expect(() => new DiagnosticSetting(stack, 'logs', { namespace: newNamespace(stack), ...props })).toThrow(
    `[stack/logs] ${message}`,
  );
});

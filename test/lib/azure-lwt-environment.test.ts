import { synthesizeAzureLwtStack } from '../../lib/azure-app';
import { AZURE_LWT_ENVIRONMENT, readAzureLwtEnvironment } from '../../lib/azure-lwt-environment';

const THUMBPRINTS = {
  sensor1: '1'.repeat(64),
  sensor2: '2'.repeat(64),
  actuator1: '3'.repeat(64),
  actuator2: '4'.repeat(64),
};
const ID = '/subscriptions/s/resourceGroups/rg/providers';

test('an empty environment means two sensors and two actuators', () => {
  const environment = readAzureLwtEnvironment({ LASTWILL_SENSORS: '' });

  expect(environment.sensors).toEqual(['sensor1', 'sensor2']);
  expect(environment.actuators).toEqual(['actuator1', 'actuator2']);
  expect(environment.watchers).toEqual([]);
  expect(environment.store).toBeUndefined();
  expect(environment.props(THUMBPRINTS).sensors).toEqual([
    { name: 'sensor1', thumbprints: ['1'.repeat(64)] },
    { name: 'sensor2', thumbprints: ['2'.repeat(64)] },
  ]);
});

test('every variable but the paths of notification sets its prop', () => {
  const values: Record<string, string> = {
    LASTWILL_NAMESPACE: 'my-ns',
    LASTWILL_RESOURCE_GROUP: 'my-rg',
    LASTWILL_EXISTING_RESOURCE_GROUP: 'true',
    LASTWILL_LOCATION: 'westeurope',
    LASTWILL_NAME_PREFIX: 'test-',
    LASTWILL_SENSORS: 'a, b',
    LASTWILL_ACTUATORS: 'c',
    LASTWILL_WATCHERS: 'd',
    LASTWILL_STORE: 'keys',
    LASTWILL_CAPACITY: '2',
    LASTWILL_WILL_TOPIC: 'will/{device}',
    LASTWILL_WILL_DELAY_SECONDS: '5',
    LASTWILL_NOTIFY: 'a@x.org,b@x.org',
  };
  const others = Object.keys(AZURE_LWT_ENVIRONMENT).filter((name) => values[name] === undefined);

  const environment = readAzureLwtEnvironment(values);

  expect(others.every((name) => name.startsWith('LASTWILL_NOTIFY_'))).toBe(true);
  expect(environment.store).toBe('keys');
  expect(environment.props({ a: 'x', b: 'y', c: 'z', d: 'w' })).toEqual({
    sensors: [
      { name: 'a', thumbprints: ['x'] },
      { name: 'b', thumbprints: ['y'] },
    ],
    actuators: [{ name: 'c', thumbprints: ['z'] }],
    watchers: [{ name: 'd', thumbprints: ['w'] }],
    namespaceName: 'my-ns',
    resourceGroupName: 'my-rg',
    existingResourceGroup: true,
    location: 'westeurope',
    namePrefix: 'test-',
    capacity: 2,
    willTopic: 'will/{device}',
    willDelaySeconds: 5,
    notify: ['a@x.org', 'b@x.org'],
    notificationPath: undefined,
  });
});

test.each([
  ['LASTWILL_NOTIFY_WEBHOOK', 'https://example.com', 'WebHook'],
  ['LASTWILL_NOTIFY_FUNCTION', `${ID}/Microsoft.Web/sites/a/functions/f`, 'AzureFunction'],
  [
    'LASTWILL_NOTIFY_STORAGE_QUEUE',
    `${ID}/Microsoft.Storage/storageAccounts/sa/queueServices/default/queues/q`,
    '"queueName":"q","resourceId":"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sa"',
  ],
  ['LASTWILL_NOTIFY_SERVICE_BUS_QUEUE', `${ID}/Microsoft.ServiceBus/namespaces/n/queues/q`, 'ServiceBusQueue'],
  ['LASTWILL_NOTIFY_SERVICE_BUS_TOPIC', `${ID}/Microsoft.ServiceBus/namespaces/n/topics/t`, 'ServiceBusTopic'],
])('%s chooses its path of notification', (name, value, expected) => {
  const { props } = readAzureLwtEnvironment({ [name]: value });

  expect(JSON.stringify(synthesizeAzureLwtStack(props(THUMBPRINTS)).template)).toContain(expected);
});

test('a log workspace chooses the e-mail by log alert', () => {
  const { props } = readAzureLwtEnvironment({ LASTWILL_NOTIFY_LOG_WORKSPACE: `${ID}/w`, LASTWILL_NOTIFY: 'a@x.org' });

  expect(JSON.stringify(synthesizeAzureLwtStack(props(THUMBPRINTS)).template)).toContain('"emailAddress":"a@x.org"');
});

test.each([
  [{ LASTWILL_CAPACITY: 'two' }, "LASTWILL_CAPACITY must be a whole number, got 'two'"],
  [{ LASTWILL_EXISTING_RESOURCE_GROUP: 'yes' }, "LASTWILL_EXISTING_RESOURCE_GROUP must be true or false, got 'yes'"],
  [
    { LASTWILL_NOTIFY_WEBHOOK: 'https://a', LASTWILL_NOTIFY_FUNCTION: `${ID}/x` },
    'may be set, got LASTWILL_NOTIFY_WEBHOOK and LASTWILL_NOTIFY_FUNCTION',
  ],
  [
    { LASTWILL_SENSORS: 'a,b', LASTWILL_ACTUATORS: 'c,a' },
    "LASTWILL_ACTUATORS[1] must be a name that no other client has, got 'a'",
  ],
  [
    { LASTWILL_ACTUATORS: 'desk', LASTWILL_WATCHERS: 'desk' },
    "LASTWILL_WATCHERS[0] must be a name that no other client has, got 'desk'",
  ],
])('fails on %j', (environment, message) => {
  expect(() => readAzureLwtEnvironment(environment)).toThrow(message);
});

test('fails on a storage queue that is no ARM id of one', () => {
  const { props } = readAzureLwtEnvironment({ LASTWILL_NOTIFY_STORAGE_QUEUE: 'q' });

  expect(() => synthesizeAzureLwtStack(props(THUMBPRINTS))).toThrow(
    "LASTWILL_NOTIFY_STORAGE_QUEUE must be an ARM id that ends in /storageAccounts/ACCOUNT/queueServices/default/queues/QUEUE, got 'q'",
  );
});

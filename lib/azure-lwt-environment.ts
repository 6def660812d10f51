import { NotificationPath } from '../constructs/azure/notification-path';
import { LastwillError, mustBe, throwIfAny } from '../presence/errors';
import { AZURE_LWT_ACTUATORS, AZURE_LWT_SENSORS } from './azure-app';
import type { AzureLwtClient, AzureLwtStackProps } from './azure-lwt-stack';
import type { TypedNames } from './typed-names';

/** The environment variables that `bin/azure.ts` reads, and what each of them is. */
export const AZURE_LWT_ENVIRONMENT = {
  LASTWILL_NAMESPACE: 'name of the namespace, unique in the region (ns1)',
  LASTWILL_RESOURCE_GROUP: 'name of the resource group (rg1)',
  LASTWILL_EXISTING_RESOURCE_GROUP: 'true when the resource group exists already (false)',
  LASTWILL_LOCATION: 'Azure region (westus2)',
  LASTWILL_NAME_PREFIX: 'put in front of the names of namespace and new resource group (nothing)',
  LASTWILL_SENSORS: 'names of the clients that leave wills, separated by commas (sensor1,sensor2)',
  LASTWILL_ACTUATORS: 'names of the clients that hear of wills, separated by commas (actuator1,actuator2)',
  LASTWILL_WATCHERS: 'names of the clients with which people watch presence, separated by commas (nobody)',
  LASTWILL_STORE: 'folder with the thumbprints (certificates)',
  LASTWILL_CAPACITY: 'throughput units of the namespace (1)',
  LASTWILL_WILL_TOPIC: 'topic of the wills, with {device} for the client (clients/{device}/status)',
  LASTWILL_WILL_DELAY_SECONDS: 'seconds that the broker waits before it publishes a will (0)',
  LASTWILL_NOTIFY_WEBHOOK: 'https URL that receives wills (nothing)',
  LASTWILL_NOTIFY_FUNCTION: 'ARM id of a function that receives wills (nothing)',
  LASTWILL_NOTIFY_STORAGE_QUEUE: 'ARM id of a storage queue that receives wills (nothing)',
  LASTWILL_NOTIFY_SERVICE_BUS_QUEUE: 'ARM id of a Service Bus queue that receives wills (nothing)',
  LASTWILL_NOTIFY_SERVICE_BUS_TOPIC: 'ARM id of a Service Bus topic that receives wills (nothing)',
  LASTWILL_NOTIFY_LOG_WORKSPACE: 'ARM id of a Log Analytics workspace whose alert mails LASTWILL_NOTIFY (nothing)',
  LASTWILL_NOTIFY: 'e-mail addresses, separated by commas (nothing)',
} as const;

/** The variable that sets a prop, of the stack or of what it makes. */
export const AZURE_LWT_TYPED_NAMES: TypedNames = {
  namespaceName: 'LASTWILL_NAMESPACE',
  resourceGroupName: 'LASTWILL_RESOURCE_GROUP',
  existingResourceGroup: 'LASTWILL_EXISTING_RESOURCE_GROUP',
  location: 'LASTWILL_LOCATION',
  namePrefix: 'LASTWILL_NAME_PREFIX',
  sensors: 'LASTWILL_SENSORS',
  actuators: 'LASTWILL_ACTUATORS',
  watchers: 'LASTWILL_WATCHERS',
  capacity: 'LASTWILL_CAPACITY',
  willTopic: 'LASTWILL_WILL_TOPIC',
  willDelaySeconds: 'LASTWILL_WILL_DELAY_SECONDS',
  notify: 'LASTWILL_NOTIFY',
  emailAddresses: 'LASTWILL_NOTIFY',
  url: 'LASTWILL_NOTIFY_WEBHOOK',
  functionId: 'LASTWILL_NOTIFY_FUNCTION',
  storageAccountId: 'LASTWILL_NOTIFY_STORAGE_QUEUE',
  queueName: 'LASTWILL_NOTIFY_STORAGE_QUEUE',
  queueId: 'LASTWILL_NOTIFY_SERVICE_BUS_QUEUE',
  topicId: 'LASTWILL_NOTIFY_SERVICE_BUS_TOPIC',
  workspaceId: 'LASTWILL_NOTIFY_LOG_WORKSPACE',
};

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of {@link AzureLwtStack}; thumbprints are read later, by client name. */
export interface AzureLwtEnvironment {
  readonly sensors: readonly string[];
  readonly actuators: readonly string[];
  readonly watchers: readonly string[];
  /** @default - the default store */
  readonly store: string | undefined;
  props(thumbprints: Readonly<Record<string, string | readonly string[]>>): AzureLwtStackProps;
}

/**
 * Reads the environment variables of {@link AZURE_LWT_ENVIRONMENT}; an empty one counts as not set.
 * @throws LastwillError OPTION_INVALID that names the variable, its rule and the value.
 */
export function readAzureLwtEnvironment(environment: Environment): AzureLwtEnvironment {
  const text = (name: keyof typeof AZURE_LWT_ENVIRONMENT): string | undefined => environment[name] || undefined;
  const sensors = list(text('LASTWILL_SENSORS')) ?? AZURE_LWT_SENSORS;
  const actuators = list(text('LASTWILL_ACTUATORS')) ?? AZURE_LWT_ACTUATORS;
  const watchers = list(text('LASTWILL_WATCHERS')) ?? [];
  throwIfAny('OPTION_INVALID', repeatedNames({ sensors, actuators, watchers }));
  const fixed: Omit<AzureLwtStackProps, 'sensors' | 'actuators' | 'watchers'> = {
    namespaceName: text('LASTWILL_NAMESPACE'),
    resourceGroupName: text('LASTWILL_RESOURCE_GROUP'),
    existingResourceGroup: boolean('LASTWILL_EXISTING_RESOURCE_GROUP', text('LASTWILL_EXISTING_RESOURCE_GROUP')),
    location: text('LASTWILL_LOCATION'),
    namePrefix: text('LASTWILL_NAME_PREFIX'),
    capacity: integer('LASTWILL_CAPACITY', text('LASTWILL_CAPACITY')),
    willTopic: text('LASTWILL_WILL_TOPIC'),
    willDelaySeconds: integer('LASTWILL_WILL_DELAY_SECONDS', text('LASTWILL_WILL_DELAY_SECONDS')),
    notify: list(text('LASTWILL_NOTIFY')),
    notificationPath: notificationPath(environment),
  };
  const clients = (
    names: readonly string[],
    thumbprints: Readonly<Record<string, string | readonly string[]>>,
  ): AzureLwtClient[] => names.map((name) => ({ name, thumbprints: [thumbprints[name] ?? []].flat() }));
  return {
    sensors,
    actuators,
    watchers,
    store: text('LASTWILL_STORE'),
    props: (thumbprints) => ({
      ...fixed,
      sensors: clients(sensors, thumbprints),
      actuators: clients(actuators, thumbprints),
      ...(watchers.length === 0 ? {} : { watchers: clients(watchers, thumbprints) }),
    }),
  };
}

function repeatedNames(clients: Readonly<Record<'sensors' | 'actuators' | 'watchers', readonly string[]>>): string[] {
  const named = Object.entries(clients).flatMap(([kind, names]) =>
    names.map((name, index) => ({ name, place: `LASTWILL_${kind.toUpperCase()}[${index}]` })),
  );
  return named
    .filter(({ name }, index) => named.findIndex((other) => other.name === name) < index)
    .map(({ name, place }) => mustBe(place, 'a name that no other client has', name));
}

type PathFactory = (value: string) => NonNullable<AzureLwtStackProps['notificationPath']>;

const PATHS: Readonly<Record<string, PathFactory>> = {
  LASTWILL_NOTIFY_WEBHOOK: (url) => () => NotificationPath.webhook(url),
  LASTWILL_NOTIFY_FUNCTION: (id) => () => NotificationPath.azureFunction(id),
  LASTWILL_NOTIFY_STORAGE_QUEUE: (id) => () => storageQueue(id),
  LASTWILL_NOTIFY_SERVICE_BUS_QUEUE: (id) => () => NotificationPath.serviceBusQueue(id),
  LASTWILL_NOTIFY_SERVICE_BUS_TOPIC: (id) => () => NotificationPath.serviceBusTopic(id),
  LASTWILL_NOTIFY_LOG_WORKSPACE: (workspaceId) => (_scope, resourceGroup) =>
    NotificationPath.logAlert({ workspaceId, resourceGroup }),
};

function notificationPath(environment: Environment): AzureLwtStackProps['notificationPath'] {
  const chosen = Object.entries(PATHS).flatMap(([name, factory]) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [{ name, path: factory(value) }];
  });
  if (chosen.length <= 1) return chosen[0]?.path;
  const names = chosen.map(({ name }) => name).join(' and ');
  throw new LastwillError('OPTION_INVALID', `only one of ${Object.keys(PATHS).join(', ')} may be set, got ${names}`);
}

function storageQueue(queueId: string): NotificationPath {
  const match = /^(.+\/storageAccounts\/[^/]+)\/queueServices\/default\/queues\/([^/]+)$/i.exec(queueId);
  if (match === null) {
    const rule = 'an ARM id that ends in /storageAccounts/ACCOUNT/queueServices/default/queues/QUEUE';
    throw new LastwillError('OPTION_INVALID', mustBe('LASTWILL_NOTIFY_STORAGE_QUEUE', rule, queueId));
  }
  return NotificationPath.storageQueue(match[1] as string, match[2] as string);
}

function list(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new LastwillError('OPTION_INVALID', mustBe(name, 'a whole number', text));
}

function boolean(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'true' || text === 'false')
    return text === undefined ? undefined : text === 'true';
  throw new LastwillError('OPTION_INVALID', mustBe(name, 'true or false', text));
}

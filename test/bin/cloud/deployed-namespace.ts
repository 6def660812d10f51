import { join } from 'node:path';
import { ensureAzureKeys } from '../../../bin/store/keys';
import { readThumbprint } from '../../../bin/store/store';
import { NotificationPath } from '../../../constructs/azure/notification-path';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import type { FaultInjection } from '../../../local/control/ports';
import { Engine } from '../../../local/engine';

/** What tests of commands find: store, state folder and a running embedded Azure whose control plane they call. */
export interface DeployedNamespace {
  readonly store: string;
  readonly state: string;
  readonly engine: Engine;
  /** Port of MQTT over TLS. */
  readonly port: number;
}

/** What differs from one sensor and one actuator. */
export interface DeployNamespaceOptions {
  readonly fault?: FaultInjection;
  /** Sessions that one authentication name may have. @default 1 */
  readonly sessions?: number;
  /** Whether messages are routed to a webhook too. @default false */
  readonly routed?: boolean;
}

const AZURE_VARIABLES = [
  'AZURE_ENDPOINT_URL',
  'AZURE_SUBSCRIPTION_ID',
  'ARM_SUBSCRIPTION_ID',
  'AZURE_TOKEN_CREDENTIALS',
];

/** Gives each test of the file an environment that names no Azure. */
export function withoutAzure(): void {
  const before = new Map(AZURE_VARIABLES.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    for (const name of AZURE_VARIABLES) delete process.env[name];
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

/** Deploys sensor1 and actuator1 into an embedded Azure and makes `AZURE_ENDPOINT_URL` name it. */
export async function deployNamespace(
  directory: string,
  { fault, sessions = 1, routed = false }: DeployNamespaceOptions = {},
): Promise<DeployedNamespace> {
  const [store, state] = [join(directory, 'certificates'), join(directory, 'state')];
  await ensureAzureKeys(store, ['sensor1', 'actuator1']);
  const client = (name: string) => ({ name, thumbprints: [readThumbprint(store, name)] });
  const { template } = synthesizeAzureLwtStack({
    sensors: [client('sensor1')],
    actuators: [client('actuator1')],
    ...(routed ? { notificationPath: () => NotificationPath.webhook('https://127.0.0.1:1/hook?code=secret') } : {}),
  });
  const json = JSON.parse(
    JSON.stringify(template).replace(
      '"maximumClientSessionsPerAuthenticationName":1',
      `"maximumClientSessionsPerAuthenticationName":${sessions}`,
    ),
  );
  const engine = await Engine.start({
    azure: { template: { name: 'cdk.tf.json', json } },
    stateDirectory: state,
    ...(fault === undefined ? {} : { controlFault: fault }),
  });
  const { control, azure } = await engine.listen();
  process.env.AZURE_ENDPOINT_URL = control;
  return { store, state, engine, port: azure?.port ?? 0 };
}

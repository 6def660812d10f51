import { join } from 'node:path';
import { ArmSession, subscriptionIdFrom } from '../../cloud-clients/azure/arm-session';
import { LastwillError } from '../../presence/errors';
import { devicesOf, ROOT_CA_FILE, readLocalCloud } from '../device/local-cloud';
import { readIfPresent } from '../store/store';
import { noteEmbeddedCloud } from './embedded-cloud-note';
import { isLoopbackUrl } from './loopback-url';

/** Which Azure a command is about. */
export interface OpenAzureOptions {
  /** Id. @default - AZURE_SUBSCRIPTION_ID, then ARM_SUBSCRIPTION_ID */
  readonly subscription?: string;
  /** State folder of the embedded cloud, should `AZURE_ENDPOINT_URL` name that. */
  readonly state: string;
}

/** An Azure that can be called. */
export interface OpenedAzure {
  readonly session: ArmSession;
  /** Absent when it is Azure itself. */
  readonly embedded?: EmbeddedAzure;
}

/** What is known of the embedded Azure beyond what its API says. */
export interface EmbeddedAzure {
  /** Port of MQTT over TLS, which the MQTT host of a namespace cannot carry. */
  readonly port: number;
  /** The root of the broker's certificate, in PEM. Absent when no client has a folder. */
  readonly rootCa?: string;
}

/** The subscription of resources whose template names none. */
const EMBEDDED_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';

/**
 * Opens Azure Resource Manager, or the embedded one when `AZURE_ENDPOINT_URL` names its control plane.
 * @throws LastwillError OPTION_INVALID without a subscription, CONNECTION_FAILED when the embedded cloud is not there.
 * @public loaded where it is needed
 */
export function openAzure({ subscription, state }: OpenAzureOptions): OpenedAzure {
  const endpoint = process.env.AZURE_ENDPOINT_URL;
  if (endpoint === undefined || endpoint === '') {
    noteEmbeddedCloud('azure', state);
    return { session: new ArmSession({ subscriptionId: subscriptionIdFrom(subscription, process.env) }) };
  }
  if (!isLoopbackUrl(endpoint, 'AZURE_ENDPOINT_URL')) {
    return { session: new ArmSession({ endpoint, subscriptionId: subscriptionIdFrom(subscription, process.env) }) };
  }
  const local = readLocalCloud(state);
  if (
    local.control === undefined ||
    new URL(local.control).port !== new URL(endpoint).port ||
    local.azure === undefined
  ) {
    throw new LastwillError(
      'CONNECTION_FAILED',
      `AZURE_ENDPOINT_URL is ${endpoint}, but no embedded Azure of ${state} answers there: name its state folder with --state`,
    );
  }
  const subscriptionId = subscriptionIdFrom(subscription ?? EMBEDDED_SUBSCRIPTION, {});
  const session = new ArmSession({ endpoint, subscriptionId, localToken: local.controlToken ?? '' });
  const roots = devicesOf(local, 'azure').map(({ identity }) => readIfPresent(join(identity.directory, ROOT_CA_FILE)));
  return { session, embedded: { port: local.azure.port, rootCa: roots.find((root) => root !== undefined) } };
}

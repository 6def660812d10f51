import type { Cloud } from '../../presence/lwt-options';
import type { CloudFlags } from './cloud-flags';

/** Where devices connect, and how to trust it. */
export interface FoundEndpoint {
  readonly cloud: Cloud;
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  /** Root of the broker's certificate, in PEM, when it is the embedded cloud. */
  readonly embeddedRootCa?: string;
}

/**
 * Where devices reach either cloud over TCP.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support
 */
export const MQTT_PORT = 8_883;

/**
 * Asks a cloud where devices connect.
 * @throws LastwillError CLOUD_CALL_FAILED, NOT_DEPLOYED, OPTION_INVALID that says what to do.
 */
export function findEndpoint(cloud: Cloud, flags: CloudFlags): Promise<FoundEndpoint> {
  return cloud === 'aws' ? awsEndpoint(flags) : azureEndpoint(flags);
}

async function awsEndpoint({ region, state }: CloudFlags): Promise<FoundEndpoint> {
  // The SDKs take longer to load than most commands need to run.
  const { openAws } = require('./open-aws') as typeof import('./open-aws');
  const { IotRegistry } =
    require('../../cloud-clients/aws/iot-registry') as typeof import('../../cloud-clients/aws/iot-registry');
  const { session, embedded } = openAws({ state, ...(region === undefined ? {} : { region }) });
  try {
    const endpoint = await new IotRegistry(session).dataEndpoint();
    const region = await session.region();
    return { cloud: 'aws', endpoint, port: embedded?.port ?? MQTT_PORT, region, embeddedRootCa: embedded?.rootCa };
  } finally {
    session.close();
  }
}

async function azureEndpoint({ subscription, state, ...choice }: CloudFlags): Promise<FoundEndpoint> {
  const { openAzure } = require('./open-azure') as typeof import('./open-azure');
  const { findNamespace, mqttHostOf } =
    require('../../cloud-clients/azure/namespaces') as typeof import('../../cloud-clients/azure/namespaces');
  const { session, embedded } = openAzure({ state, ...(subscription === undefined ? {} : { subscription }) });
  const namespace = await findNamespace(session, choice);
  return {
    cloud: 'azure',
    endpoint: mqttHostOf(namespace),
    port: embedded?.port ?? MQTT_PORT,
    region: namespace.location,
    embeddedRootCa: embedded?.rootCa,
  };
}

import type { Command } from 'commander';
import { Argument } from 'commander';
import type { Cloud } from '../../presence/lwt-options';
import { DEFAULT_STATE } from '../device/local-cloud';

interface EndpointFlags {
  readonly region?: string;
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly namespace?: string;
  readonly state: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
interface Endpoint {
  readonly cloud: Cloud;
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
}

/** Where devices connect, and how to trust it. */
export interface FoundEndpoint extends Endpoint {
  /** Root of the broker's certificate, in PEM, when it is the embedded cloud. */
  readonly embeddedRootCa?: string;
}

/**
 * Where devices reach either cloud over TCP.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support
 */
const MQTT_PORT = 8_883;

/** `lastwill endpoint`: where devices connect. */
export function addEndpointCommand(program: Command): void {
  program
    .command('endpoint')
    .description('print where devices connect')
    .addArgument(new Argument('<cloud>', 'which cloud').choices(['aws', 'azure']))
    .option('--region <REGION>', 'region of AWS (default: AWS_REGION, or the profile’s)')
    .option('--subscription <ID>', 'subscription of Azure (default: AZURE_SUBSCRIPTION_ID)')
    .option('--resource-group <NAME>', 'resource group of the Event Grid namespace (default: any)')
    .option('--namespace <NAME>', 'Event Grid namespace (default: the only one)')
    .option(
      '--state <DIR>',
      'state folder of the embedded cloud, when AWS_ENDPOINT_URL or AZURE_ENDPOINT_URL names that',
      DEFAULT_STATE,
    )
    .option('--json', 'print one JSON line')
    .action(runEndpoint);
}

async function runEndpoint(cloud: Cloud, flags: EndpointFlags): Promise<void> {
  const { endpoint, port, region } = await findEndpoint(cloud, flags);
  const json: Endpoint = { cloud, endpoint, port, region };
  const address = port === MQTT_PORT ? endpoint : `${endpoint}:${port}`;
  process.stdout.write(`${flags.json === true ? JSON.stringify(json) : address}\n`);
}

/**
 * Asks a cloud where devices connect.
 * @throws LastwillError CLOUD_CALL_FAILED, NOT_DEPLOYED, OPTION_INVALID that says what to do.
 */
export function findEndpoint(cloud: Cloud, flags: EndpointFlags): Promise<FoundEndpoint> {
  return cloud === 'aws' ? awsEndpoint(flags) : azureEndpoint(flags);
}

async function awsEndpoint({ region, state }: EndpointFlags): Promise<FoundEndpoint> {
  // The SDKs take longer to load than most commands need to run.
  const { openAws } = require('../cloud/open-aws') as typeof import('../cloud/open-aws');
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

async function azureEndpoint({ subscription, state, ...choice }: EndpointFlags): Promise<FoundEndpoint> {
  const { openAzure } = require('../cloud/open-azure') as typeof import('../cloud/open-azure');
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

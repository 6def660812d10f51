import type { Command } from 'commander';
import { Argument } from 'commander';
import { DEFAULT_STATE } from '../device/local-cloud';

interface EndpointFlags {
  readonly region?: string;
  readonly state: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
interface Endpoint {
  readonly cloud: 'aws';
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
}

/** Where devices reach AWS IoT Core over TCP. @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html */
const MQTT_PORT = 8_883;

/** `lastwill endpoint`: where devices connect. */
export function addEndpointCommand(program: Command): void {
  program
    .command('endpoint')
    .description('print where devices connect')
    .addArgument(new Argument('<cloud>', 'which cloud').choices(['aws']))
    .option('--region <REGION>', 'region of AWS (default: AWS_REGION, or the profile’s)')
    .option('--state <DIR>', 'state folder of the embedded cloud, when AWS_ENDPOINT_URL names that', DEFAULT_STATE)
    .option('--json', 'print one JSON line')
    .action((_cloud: 'aws', flags: EndpointFlags) => runEndpoint(flags));
}

async function runEndpoint(flags: EndpointFlags): Promise<void> {
  const { endpoint, ...more } = await awsEndpoint(flags);
  process.stdout.write(flags.json === true ? `${JSON.stringify({ ...more, endpoint })}\n` : `${endpoint}\n`);
}

async function awsEndpoint({ region, state }: EndpointFlags): Promise<Endpoint> {
  // The SDKs take longer to load than most commands need to run.
  const { openAws } = require('../cloud/open-aws') as typeof import('../cloud/open-aws');
  const { IotRegistry } =
    require('../../cloud-clients/aws/iot-registry') as typeof import('../../cloud-clients/aws/iot-registry');
  const { session, embedded } = openAws({ state, ...(region === undefined ? {} : { region }) });
  try {
    const endpoint = await new IotRegistry(session).dataEndpoint();
    return { cloud: 'aws', endpoint, port: embedded?.port ?? MQTT_PORT, region: await session.region() };
  } finally {
    session.close();
  }
}

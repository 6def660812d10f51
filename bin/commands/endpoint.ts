import type { Command } from 'commander';
import { Argument } from 'commander';
import type { Cloud } from '../../presence/lwt-options';
import { addAwsFlags, addAzureFlags, type CloudFlags } from '../cloud/cloud-flags';
import { findEndpoint, MQTT_PORT } from '../cloud/find-endpoint';
import { DEFAULT_STATE } from '../device/local-cloud';
import { jsonLine } from '../json-line';

interface EndpointFlags extends CloudFlags {
  readonly json?: boolean;
}

/** `lastwill endpoint`: where devices connect. */
export function addEndpointCommand(program: Command): void {
  const command = program
    .command('endpoint')
    .description('print where devices connect')
    .addArgument(new Argument('<cloud>', 'which cloud').choices(['aws', 'azure']));
  addAzureFlags(addAwsFlags(command))
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
  const json = { cloud, endpoint, port, region };
  const address = port === MQTT_PORT ? endpoint : `${endpoint}:${port}`;
  process.stdout.write(flags.json === true ? jsonLine(json) : `${address}\n`);
}

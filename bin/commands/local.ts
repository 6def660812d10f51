import type { Command } from 'commander';
import { DEFAULT_STATE } from '../device/local-cloud';
import { interruption } from '../interruption';
import { jsonLine } from '../json-line';
import { collect, keyValueOption, numberOption, portOption } from '../option-values';
import { DEFAULT_STORE } from '../store/store';

interface LocalFlags {
  readonly aws?: readonly string[];
  readonly azure?: string;
  readonly namespace?: string;
  readonly state: string;
  readonly store: string;
  readonly host: string;
  readonly awsPort: number;
  readonly awsWsPort: number;
  readonly azurePort: number;
  readonly azureWsPort: number;
  readonly controlPort: number;
  readonly throttle?: number | true;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly minimumKeepAlive?: number;
  readonly unconfirmed?: readonly string[];
  readonly logDeliveries?: boolean;
  readonly json?: boolean;
}

/** `lastwill local`: the embedded cloud, until SIGINT. */
export function addLocalCommand(program: Command): void {
  program
    .command('local')
    .description('run templates in the embedded cloud until SIGINT; without a template, our own stacks')
    .option('--aws <FILE>', 'a CloudFormation template, JSON or YAML, or a cdk.out folder; may be repeated', collect)
    .option(
      '--azure <FILE>',
      'a Terraform configuration or plan with an Event Grid namespace, as JSON, or a cdktf.out folder',
    )
    .option('--namespace <NAME>', 'Azure: which namespace of the configuration runs (the first)')
    .option('--parameter <KEY=VALUE>', 'value of a template parameter; may be repeated', keyValueOption('--parameter'))
    .option('--state <DIR>', 'where identities, e-mails and the event log go', DEFAULT_STATE)
    .option('--store <DIR>', 'where keys are kept', DEFAULT_STORE)
    .option('--host <ADDRESS>', 'name or address to listen on; the broker’s certificate is for it', '127.0.0.1')
    .option('--aws-port <PORT>', 'AWS: MQTT over TLS; 0 for a free one', portOption('--aws-port'), 8883)
    .option('--aws-ws-port <PORT>', 'AWS: MQTT over WebSocket; 0 for a free one', portOption('--aws-ws-port'), 8443)
    .option('--azure-port <PORT>', 'Azure: MQTT over TLS; 0 for a free one', portOption('--azure-port'), 8884)
    .option(
      '--azure-ws-port <PORT>',
      'Azure: MQTT over WebSocket; 0 for a free one',
      portOption('--azure-ws-port'),
      8444,
    )
    .option(
      '--control-port <PORT>',
      'control plane, for AWS_ENDPOINT_URL; 0 for a free one',
      portOption('--control-port'),
      0,
    )
    .option(
      '--throttle [SCALE]',
      "turn the clouds' rate limits on, multiplied by SCALE (1)",
      numberOption('--throttle', { minimum: 0.001, maximum: 1000, integer: false }),
    )
    .option(
      '--minimum-keep-alive <SECONDS>',
      'lowest keep alive that AWS grants; AWS itself: 30',
      numberOption('--minimum-keep-alive', { minimum: 1, maximum: 1200 }),
    )
    .option(
      '--unconfirmed <ENDPOINT>',
      'AWS: an e-mail address or URL whose owner has not confirmed its SNS subscription; may be repeated',
      collect,
    )
    .option('--log-deliveries', 'also log every delivery to a subscriber')
    .option('--json', 'print one JSON line when ready')
    .action(runLocal);
}

async function runLocal(flags: LocalFlags): Promise<void> {
  const interrupted = interruption();
  // The engine takes longer to load than most commands need to run.
  const { serveLocal } = require('../local/serve') as typeof import('../local/serve');
  const serving = await serveLocal({
    awsTemplates: flags.aws ?? [],
    azureTemplate: flags.azure,
    azureNamespace: flags.namespace,
    parameters: flags.parameter ?? {},
    stateDirectory: flags.state,
    store: flags.store,
    host: flags.host,
    listen: {
      awsPort: flags.awsPort,
      awsWebSocketPort: flags.awsWsPort,
      azurePort: flags.azurePort,
      azureWebSocketPort: flags.azureWsPort,
      controlPort: flags.controlPort,
    },
    minimumKeepAliveSeconds: flags.minimumKeepAlive,
    unconfirmedEndpoints: flags.unconfirmed ?? [],
    throttleScale: flags.throttle === true ? 1 : flags.throttle,
    logsDeliveries: flags.logDeliveries ?? false,
    say: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(flags.json === true ? jsonLine(serving.running) : `${serving.readyLine}\n`);
  await interrupted;
  await serving.stop();
}

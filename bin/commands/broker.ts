import { type Command, Option } from 'commander';
import type { Profile } from '../../local/broker/profiles/profile';
import { collect, numberOption, portOption } from '../option-values';

interface BrokerFlags {
  readonly port: number;
  readonly host: string;
  readonly profile: Profile['name'];
  readonly denySubscribe?: readonly string[];
  readonly serverKeepAlive?: number;
  readonly wsPort?: number;
}

/** `lastwill broker`: the bare broker, everything allowed. */
export function addBrokerCommand(program: Command): void {
  program
    .command('broker')
    .description('run the bare MQTT broker over plain TCP, everything allowed, until SIGINT')
    .option('--port <PORT>', 'TCP port, 0 for a free one', portOption('--port'), 1883)
    .option('--host <HOST>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('--profile <NAME>', 'the standard itself, or as one of the clouds')
        .choices(['mqtt', 'aws', 'azure'])
        .default('mqtt'),
    )
    .option('--deny-subscribe <FILTER>', 'topic filter that nobody may subscribe to; may be repeated', collect)
    .option(
      '--server-keep-alive <SECONDS>',
      'keep alive for MQTT 5 clients that ask for more or for none',
      numberOption('--server-keep-alive', { minimum: 1, maximum: 65_535 }),
    )
    .option(
      '--ws-port <PORT>',
      'also serve WebSocket on this port, path /mqtt; 0 for a free one',
      portOption('--ws-port'),
    )
    .action(runBroker);
}

async function runBroker(flags: BrokerFlags): Promise<void> {
  // The broker and its codec take longer to load than most commands need to run.
  const { serveBroker } = require('../../local/broker/serve') as typeof import('../../local/broker/serve');
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const serving = await serveBroker({
    host: flags.host,
    port: flags.port,
    webSocketPort: flags.wsPort,
    profile: flags.profile,
    denySubscribe: flags.denySubscribe,
    serverKeepAliveSeconds: flags.serverKeepAlive,
  });
  process.stdout.write(`ready ${serving.urls.map(([name, url]) => `${name}=${url}`).join(' ')}\n`);
  await interrupted;
  await serving.close();
}

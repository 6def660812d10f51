import { Argument, type Command } from 'commander';
import { SystemClock } from '../../presence/clock';
import { throwIfAny } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { systemRandomness } from '../../presence/randomness';
import { contradictions, namingFlags } from '../device/flags';
import { DEFAULT_STATE } from '../device/local-cloud';
import { Signals } from '../device/signals';
import { collect } from '../option-values';
import { DEFAULT_STORE } from '../store/store';
import { styleFor } from '../style';
import { PresenceLines, PresenceScreen } from '../watch/presence-view';
import type { WatchFlags, WatchTarget } from '../watch/watch-connection';
import { findEndpoint } from './endpoint';

/** `lastwill watch`: who is there and who is gone, until SIGINT. */
export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .description('show who is connected and who is gone, from wills, births and lifecycle events, until SIGINT')
    .addArgument(new Argument('<cloud>', 'where to watch').choices(['aws', 'azure', 'local']))
    .option('--as <NAME>', 'watch as this device or client (default: on AWS an IAM identity; needed on Azure)')
    .option('--topic <FILTER>', 'topics of births and wills; {device} marks the name; may be repeated', collect)
    .option('--will-topic <FILTER>', 'topics on which every message is a last will; may be repeated', collect)
    .option('--birth-topic <FILTER>', 'topics on which every message is a birth; may be repeated', collect)
    .option('--state <DIR>', 'state folder of the embedded cloud', DEFAULT_STATE)
    .option('--store <DIR>', 'where keys and certificates are kept', DEFAULT_STORE)
    .option('-e, --endpoint <HOST>', 'broker: host name, host:port or a URL (default: what the cloud says)')
    .option('-p, --port <PORT>', 'port (default: 8883; with an IAM identity 443)')
    .option('-r, --rootCA <FILE>', 'root certificates to trust (default: those that Node.js trusts)')
    .option('-c, --cert <FILE>', 'client certificate; needs --key')
    .option('-k, --key <FILE>', 'private key of the certificate')
    .option('--certificates-path <DIR>', 'folder with client-cert.pem and private-key.pem')
    .option('--json', 'print one JSON object a line for each change; everything else goes to stderr')
    .action(runWatch);
}

async function runWatch(target: WatchTarget, flags: WatchFlags): Promise<void> {
  throwIfAny('OPTION_INVALID', contradictions({ ...flags, local: true }));
  // The agent takes libraries that no other command should wait for.
  const { DeviceAgent } = require('../../device') as typeof import('../../device');
  const { watchPlace } = require('../watch/watch-connection') as typeof import('../watch/watch-connection');
  const { watchPresence } = require('../watch/watch-presence') as typeof import('../watch/watch-presence');
  const signals = new Signals();
  try {
    const { connection, topics, names } = watchPlace(target, await withEndpoint(target, flags), systemRandomness);
    const agent = namingFlags(() => new DeviceAgent({ ...connection, initialConnect: 'once' }));
    const view =
      process.stdout.isTTY && flags.json !== true
        ? new PresenceScreen(process.stdout, styleFor(process.stdout))
        : new PresenceLines(process.stdout, process.stderr, { json: flags.json ?? false });
    await watchPresence({ agent, topics, names, view, clock: new SystemClock(), interrupted: signals.interrupted });
  } finally {
    signals.release();
  }
}

/** Asks the cloud for the endpoint when none was named and there is somebody to connect as. */
async function withEndpoint(target: WatchTarget, flags: WatchFlags): Promise<WatchFlags> {
  if (target === 'local' || flags.endpoint !== undefined || (target === 'azure' && flags.as === undefined))
    return flags;
  if (watchesEmbedded(target, flags)) return { ...flags, local: flags.state };
  const { endpoint, port } = await findEndpoint(target, flags);
  // Whoever watches AWS without a certificate does so over a WebSocket, which has a port of its own.
  const showsCertificate = flags.as !== undefined;
  return { ...flags, endpoint, ...(showsCertificate && flags.port === undefined ? { port: String(port) } : {}) };
}

/**
 * Whether `AWS_ENDPOINT_URL` or `AZURE_ENDPOINT_URL` names the embedded cloud, of which ports, root and, on AWS, the IAM
 * identity are in the state folder. A thing has its certificate in the store, also that of the embedded AWS.
 */
function watchesEmbedded(target: Cloud, { as, state }: WatchFlags): boolean {
  // The SDKs take longer to load than most commands need to run.
  if (target === 'azure') {
    const { openAzure } = require('../cloud/open-azure') as typeof import('../cloud/open-azure');
    return openAzure({ state }).embedded !== undefined;
  }
  const { openAws } = require('../cloud/open-aws') as typeof import('../cloud/open-aws');
  return as === undefined && openAws({ state }).embedded !== undefined;
}

import { Argument, type Command } from 'commander';
import { type Clock, SystemClock } from '../../presence/clock';
import { throwIfAny } from '../../presence/errors';
import { systemRandomness } from '../../presence/randomness';
import { addAwsFlags, addAzureFlags } from '../cloud/cloud-flags';
import { findEndpoint } from '../cloud/find-endpoint';
import { contradictions } from '../device/flags';
import { DEFAULT_STATE, localObserver } from '../device/local-cloud';
import { Signals } from '../device/signals';
import { collect } from '../option-values';
import { DEFAULT_STORE } from '../store/store';
import { styleFor } from '../style';
import { PresenceLines } from '../watch/presence-lines';
import { PresenceScreen } from '../watch/presence-screen';
import type { PresenceView } from '../watch/presence-view';
import { flagProblems, type WatchFlags, type WatchTarget } from '../watch/watch-flags';
import type { WatchedPlace } from '../watch/watch-sources';

/** `lastwill watch`: who is there and who is gone, until SIGINT. */
export function addWatchCommand(program: Command): void {
  const command = program
    .command('watch')
    .description('show who is connected and who is gone, from wills, births and lifecycle events, until SIGINT')
    .addArgument(new Argument('<cloud>', 'where to watch').choices(['aws', 'azure', 'local']))
    .option('--as <NAME>', 'watch as this thing or client (default: AWS: an IAM identity; Azure: must be given)')
    .option('--topic <FILTER>', 'topics of births and wills; {device} marks the name; may be repeated', collect)
    .option('--will-topic <FILTER>', 'topics on which every message is a last will; may be repeated', collect)
    .option('--birth-topic <FILTER>', 'topics on which every message is a birth; may be repeated', collect);
  addAzureFlags(addAwsFlags(command))
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
  throwIfAny('OPTION_INVALID', [...flagProblems(target, flags), ...contradictions({ ...flags, local: true })]);
  const signals = new Signals();
  const output = new WatchedOutput();
  const interrupted = Promise.race([signals.interrupted, output.closed]);
  try {
    const place = await Promise.race([placeOf(target, flags), interrupted.then(() => 'interrupted' as const)]);
    // A call to a cloud that does not answer cannot be called off.
    if (place === 'interrupted') process.exit(0);
    await watchUntil(interrupted, target, { flags, place });
  } finally {
    signals.release();
    output.release();
  }
}

interface Watched {
  readonly flags: WatchFlags;
  readonly place?: WatchedPlace;
}

async function watchUntil(interrupted: Promise<void>, target: WatchTarget, { flags, place }: Watched): Promise<void> {
  // The agent takes libraries that no other command should wait for.
  const { watchSources } = require('../watch/watch-sources') as typeof import('../watch/watch-sources');
  const { watchPresence } = require('../watch/watch-presence') as typeof import('../watch/watch-presence');
  const clock = new SystemClock();
  const sources = watchSources(target, flags, { clock, randomness: systemRandomness, place });
  const view = viewFor(flags, clock, { namesCloud: sources.length > 1 });
  await watchPresence({ sources, view, clock, interrupted });
}

function viewFor(flags: WatchFlags, clock: Clock, options: { readonly namesCloud: boolean }): PresenceView {
  const { stdout, stderr, env } = process;
  const isScreen = stdout.isTTY === true && env.TERM !== 'dumb' && flags.json !== true;
  if (isScreen) return new PresenceScreen(stdout, styleFor(stdout), clock, options);
  return new PresenceLines(stdout, stderr, clock, { ...options, json: flags.json ?? false });
}

/** Asks the cloud where its broker is, unless that was said. */
async function placeOf(target: WatchTarget, flags: WatchFlags): Promise<WatchedPlace | undefined> {
  if (target === 'local' || flags.endpoint !== undefined) return undefined;
  const { endpoint, port, region, embeddedRootCa } = await findEndpoint(target, flags);
  if (flags.as !== undefined) {
    return { endpoint, port, region, ...(embeddedRootCa === undefined ? {} : { rootCa: { pem: embeddedRootCa } }) };
  }
  if (embeddedRootCa === undefined) return { endpoint, region };
  // The API cannot say where the embedded cloud's WebSockets are; its state folder does.
  const { rootCa, ...observer } = localObserver(flags.state);
  return { ...observer, ...(rootCa === undefined ? {} : { rootCa: { path: rootCa } }) };
}

/** Standard output, which may be closed while something is still written to it. */
class WatchedOutput {
  /** Resolves when nobody reads any more, as after `| head`. */
  readonly closed: Promise<void>;
  #listener: (error: NodeJS.ErrnoException) => void = () => undefined;

  constructor() {
    this.closed = new Promise((resolve, reject) => {
      this.#listener = (error) => (error.code === 'EPIPE' ? resolve() : reject(error));
    });
    process.stdout.on('error', this.#listener);
  }

  release(): void {
    process.stdout.off('error', this.#listener);
  }
}

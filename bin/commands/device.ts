import type { Command } from 'commander';
import { SystemClock } from '../../presence/clock';
import { AWS_STACK_TOPICS } from '../../presence/default-topics';
import { LastwillError } from '../../presence/errors';
import { lastWillPayload } from '../../presence/will-payload';
import type { Connection } from '../device/connection';
import { DEFAULT_CLIENT_ID, type DeviceFlags, type DeviceSettings, namingFlags, readSettings } from '../device/flags';
import type { PlayParts } from '../device/play';
import { Signals } from '../device/signals';
import { jsonLine } from '../json-line';

/** `lastwill device`: a device that connects with a will, lives for a while and dies as it is told. */
export function addDeviceCommand(program: Command): void {
  program
    .command('device')
    .description(
      'play a device: connect with a last will, publish, and after a while die abruptly, silently or properly',
    )
    .option('-e, --endpoint <HOST>', 'broker: host name, host:port or an mqtt, mqtts, ws or wss URL')
    .option('-p, --port <PORT>', 'port (default: 8883; with --websocket 443)')
    .option('-r, --rootCA <FILE>', 'root certificates to trust (default: those that Node.js trusts)')
    .option('-c, --cert <FILE>', 'client certificate; needs --key')
    .option('-k, --key <FILE>', 'private key of the certificate')
    .option('--certificates-path <DIR>', 'folder with client-cert.pem, private-key.pem and perhaps AmazonRootCA1.pem')
    .option('-w, --websocket', 'WebSocket signed with AWS credentials instead of a certificate')
    .option('--clientId <ID>', `client id; also -id (default: "${DEFAULT_CLIENT_ID}")`)
    .option('--username <NAME>', 'user name: on Azure Event Grid the client authentication name')
    .option('-t, --topic <TOPIC>', 'topic to publish and subscribe to', 'sdk/test/Python')
    .option('-m, --mode <MODE>', 'both, publish, subscribe, or none to do nothing but live', 'both')
    .option('-M, --message <TEXT>', 'text to publish', 'AWS IoT Thing connected message to IoT Core')
    .option('--protocol <VERSION>', '5, or 4 for MQTT 3.1.1', '5')
    .option('--clean [on|off]', 'start without the session that the broker may still have', 'on')
    .option('--no-clean', 'the same as --clean off')
    .option('--session-expiry <SECONDS>', 'how long the broker keeps the session', '0')
    .option('--keep-alive <SECONDS>', 'keep alive', '30')
    .option('--will-topic <TOPIC>', 'topic of the will', AWS_STACK_TOPICS.willTopic)
    .option('--will-payload <TEXT>', 'payload of the will (default: reported state with the client id)')
    .option('--will-qos <QOS>', 'quality of service of the will', '0')
    .option('--will-retain', 'let the broker retain the will')
    .option('--will-delay <SECONDS>', 'how long the broker waits before it publishes the will', '0')
    .option('--no-will', 'connect without a will')
    .option('--will-session', 'add session id and connect time to a JSON will')
    .option('--die-after <SECONDS>', 'how long to live', '60')
    .option('--exit <HOW>', 'abrupt, graceful or silent', 'abrupt')
    .option(
      '--scenario <NAME>',
      'play a pattern with all its parts: request-response, user-properties, topic-alias, expiry, reason-codes, lamp, lwt, sensor or actuator',
    )
    .option(
      '--local [DIR]',
      'endpoint and credentials from the embedded cloud that runs with this state folder (.lastwill)',
    )
    .option('--json', 'print one JSON line at the end; everything else goes to stderr')
    .action(runDevice);
}

/**
 * The original script has a short flag of two letters, which no parser of POSIX flags takes.
 * @returns the arguments with `-id VALUE` and `-id=VALUE` written as `--clientId`.
 */
export function expandShortClientId(arguments_: readonly string[]): string[] {
  if (arguments_[0] !== 'device') return [...arguments_];
  return arguments_.map((argument) => argument.replace(/^-id(?==|$)/, '--clientId'));
}

async function runDevice(flags: DeviceFlags): Promise<void> {
  const log = (line: string): void => void process[flags.json === true ? 'stderr' : 'stdout'].write(`${line}\n`);
  const signals = new Signals();
  try {
    const settings = readSettings(flags);
    const play = flags.scenario === undefined ? playOnce : playScenario;
    await play(flags, settings, { clock: new SystemClock(), log, interrupted: signals.interrupted });
  } catch (error) {
    if (flags.json === true && error instanceof LastwillError && error.code !== 'SCENARIO_FAILED') {
      process.stdout.write(jsonLine({ ok: false, error: { code: error.code, message: error.message } }));
    }
    throw error;
  } finally {
    signals.release();
  }
}

async function playOnce(flags: DeviceFlags, settings: DeviceSettings, parts: PlayParts): Promise<void> {
  // The agent takes libraries that no other command should wait for.
  const { DeviceAgent } = require('../../device') as typeof import('../../device');
  const { resolveConnection } = require('../device/connection') as typeof import('../device/connection');
  const { playDevice } = require('../device/play') as typeof import('../device/play');
  const agent = namingFlags(() => {
    const connection = resolveConnection(flags, settings);
    return new DeviceAgent(agentOptions(flags, settings, connection));
  });
  const result = await playDevice(agent, { ...settings, topic: flags.topic, message: flags.message }, parts);
  if (flags.json === true) process.stdout.write(jsonLine({ ok: true, ...result }));
}

async function playScenario(flags: DeviceFlags, settings: DeviceSettings, parts: PlayParts): Promise<void> {
  const scenes = require('../device/play-scenario') as typeof import('../device/play-scenario');
  const scenario = scenes.findScenario(flags.scenario ?? '');
  const result = await scenes.playDeviceScenario(scenario, flags, settings, parts);
  if (result === undefined) return;
  if (flags.json === true) process.stdout.write(jsonLine({ ok: result.verdict === 'ok', ...result }));
  if (result.verdict === 'ok') return;
  const failed = result.steps.filter(({ ok }) => !ok).map(({ what }) => what);
  throw new LastwillError('SCENARIO_FAILED', `scenario ${scenario.name} failed: ${failed.join('; ')}`);
}

function agentOptions(flags: DeviceFlags, settings: DeviceSettings, connection: Connection) {
  const { clientId } = connection;
  const will = {
    topic: flags.willTopic,
    payload: flags.willPayload ?? lastWillPayload(clientId),
    qos: settings.willQos,
    retain: flags.willRetain ?? false,
    delaySeconds: settings.willDelaySeconds,
    stampSession: flags.willSession ?? false,
  };
  const { protocolVersion, cleanStart, sessionExpirySeconds, keepAliveSeconds } = settings;
  const session = { protocolVersion, cleanStart, sessionExpirySeconds, keepAliveSeconds };
  return { ...connection, ...session, will: flags.will ? will : undefined, initialConnect: 'once' as const };
}

import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { SystemClock } from '../../presence/clock';
import { LastwillError, mustBe } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { renderDevice } from '../../presence/lwt-options';
import { systemRandomness } from '../../presence/randomness';
import { topicNameProblem } from '../../presence/topic';
import { lastWillPayload } from '../../presence/will-payload';
import { DEFAULT_STATE } from '../device/local-cloud';
import type { AwsPorts, Subject } from '../doctor/aws/ports';
import { type Check, explain, type Finding, runChecks } from '../doctor/check';
import { portOption } from '../option-values';
import { DEFAULT_STORE } from '../store/store';
import { styleFor } from '../style';

interface DoctorFlags {
  readonly device: string;
  readonly willTopic: string;
  readonly willPayload?: string;
  readonly publish?: string;
  readonly subscribe?: string;
  readonly endpoint?: string;
  readonly endpointUrl?: string;
  readonly port?: number;
  readonly rootCA?: string;
  readonly region?: string;
  readonly live?: boolean;
  readonly state: string;
  readonly store: string;
  readonly json?: boolean;
}

/** `lastwill doctor`: why a device does not connect, or nobody hears of its end. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check all that must be right for a device to connect and for its last will to be told')
    .addArgument(new Argument('<cloud>', 'where the device connects').choices(['aws']))
    .requiredOption('--device <NAME>', 'name of the thing, which is also its client id')
    .option('--will-topic <TOPIC>', 'topic of the will; {device} stands for the device', '/last/will/topic')
    .option('--will-payload <TEXT>', 'payload of the will (default: that of lastwill device)')
    .option('--publish <TOPIC>', 'also check that the device may publish there')
    .option('--subscribe <FILTER>', 'also check that the device may subscribe to it')
    .option('-e, --endpoint <HOST>', 'data endpoint (default: what AWS says)')
    .option('-p, --port <PORT>', 'port of the data endpoint (default: 8883)', portOption('--port'))
    .option('-r, --rootCA <FILE>', 'root certificates to trust (default: those that Node.js trusts)')
    .option('--endpoint-url <URL>', "in place of AWS's own endpoints (default: AWS_ENDPOINT_URL)")
    .option('--region <REGION>', 'region of AWS (default: AWS_REGION, or the profile’s)')
    .option('--store <DIR>', 'where keys and certificates are kept', DEFAULT_STORE)
    .option('--state <DIR>', 'state folder of the embedded cloud, when AWS_ENDPOINT_URL names that', DEFAULT_STATE)
    .option('--live', 'also connect as the device, cut it off and wait for its will; says first who will be notified')
    .option('--json', 'print one JSON line')
    .action(runDoctor);
}

async function runDoctor(_cloud: 'aws', flags: DoctorFlags): Promise<void> {
  const subject = subjectOf(flags);
  if (flags.endpointUrl !== undefined) process.env.AWS_ENDPOINT_URL = flags.endpointUrl;
  const findings = await examine(subject, flags);
  const problems = findings.filter(({ status }) => status === 'failed');
  const json = { device: subject.device, ok: problems.length === 0, checks: findings };
  process.stdout.write(flags.json === true ? `${JSON.stringify(json)}\n` : table(findings));
  if (problems.length === 0) return;
  const names = problems.map(({ name }) => name).join(', ');
  throw new LastwillError('DIAGNOSIS_FAILED', `${subject.device} is not all right: ${names}`);
}

async function examine(subject: Subject, flags: DoctorFlags): Promise<readonly Finding[]> {
  // The SDKs take longer to load than most commands need to run.
  const { openAws } = require('../cloud/open-aws') as typeof import('../cloud/open-aws');
  const { accountPorts } = require('../doctor/aws/account-ports') as typeof import('../doctor/aws/account-ports');
  const { awsChecks } = require('../doctor/aws/checks') as typeof import('../doctor/aws/checks');
  const { region, state, store, endpoint } = flags;
  const { session, embedded } = openAws({ state, ...(region === undefined ? {} : { region }) });
  const rootCa = flags.rootCA === undefined ? embedded?.rootCa : readRoot(flags.rootCA);
  const port = flags.port ?? embedded?.port ?? 8_883;
  try {
    const ports = accountPorts({ session, subject, store, clock: new SystemClock(), port, endpoint, rootCa });
    const live = flags.live === true ? [liveCheck({ session, rootCa, state, embedded: embedded !== undefined })] : [];
    return await runChecks([...awsChecks(subject), ...live], ports);
  } finally {
    session.close();
  }
}

interface LiveOptions {
  readonly session: AwsSession;
  readonly rootCa?: string;
  readonly state: string;
  /** Whether it is the embedded AWS of the state folder. */
  readonly embedded: boolean;
}

function liveCheck({ session, rootCa, state, embedded }: LiveOptions): Check<AwsPorts> {
  const { isConnected, probeWill } = require('../doctor/aws/live-probe') as typeof import('../doctor/aws/live-probe');
  const { resolveConnection } = require('../device/connection') as typeof import('../device/connection');
  return {
    name: 'live',
    what: 'the will of the device comes when its connection is cut',
    why: 'what was deployed is proven by what it does',
    run: async (ports) => {
      const { host } = await ports.endpoint();
      const clientId = `lastwill-doctor-${systemRandomness.uuid().slice(0, 8)}`;
      const place = embedded ? { local: state } : { endpoint: host };
      return probeWill({
        ports,
        clock: ports.clock,
        isConnected: () => isConnected(session, ports.subject.device),
        observer: resolveConnection({ ...place, clientId, websocket: true }, {}),
        rootCa,
        announce: (text) => process.stderr.write(`${text}\n`),
      });
    },
  };
}

function subjectOf({ device, willTopic: topic, willPayload, publish, subscribe }: DoctorFlags): Subject {
  if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(device)) {
    throw new LastwillError('OPTION_INVALID', mustBe('--device', '1 to 128 letters, digits, :, _ or -', device));
  }
  const willTopic = renderDevice(topic, device);
  const problem = topicNameProblem(willTopic, AWS_LIMITS.topic);
  if (problem !== undefined) throw new LastwillError('OPTION_INVALID', mustBe('--will-topic', problem, topic));
  return {
    device,
    willTopic,
    willPayload: willPayload ?? lastWillPayload(device),
    ...(publish === undefined ? {} : { publishTopic: renderDevice(publish, device) }),
    ...(subscribe === undefined ? {} : { subscribeFilter: renderDevice(subscribe, device) }),
  };
}

function readRoot(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LastwillError('FILE_UNREADABLE', mustBe('--rootCA', 'a readable file', path), { cause: error });
  }
}

function table(findings: readonly Finding[]): string {
  const style = styleFor(process.stdout);
  const paint = { ok: style.green, failed: style.red, unknown: style.yellow };
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map((finding) => {
      const status = paint[finding.status](finding.status.padEnd(7));
      return `${finding.name.padEnd(width)}  ${status}  ${explain(finding)}\n`;
    })
    .join('');
}

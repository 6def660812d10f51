import { Argument, type Command } from 'commander';
import { AWS_STACK_TOPICS, STATUS_TOPIC } from '../../presence/default-topics';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS, EVENT_GRID_LIMITS, type TopicLimits } from '../../presence/limits';
import { type Cloud, renderDevice } from '../../presence/lwt-options';
import { topicFilterProblem, topicNameProblem } from '../../presence/topic';
import { lastWillPayload } from '../../presence/will-payload';
import { addAwsFlags, addAzureFlags } from '../cloud/cloud-flags';
import { DEFAULT_STATE } from '../device/local-cloud';
import { explain, type Finding } from '../doctor/check';
import { type DoctorFlags, flagProblems } from '../doctor/flags';
import type { Subject } from '../doctor/ports';
import { jsonLine } from '../json-line';
import { connectPortOption, numberOption } from '../option-values';
import { DEFAULT_STORE } from '../store/store';
import { styleFor } from '../style';

/** How one cloud is examined. */
interface CloudDoctor {
  readonly device: { readonly rule: string; readonly pattern: RegExp };
  /** Topic of the will when none is named. */
  readonly willTopic: string;
  readonly topicLimits: TopicLimits;
  /** Names another address of the cloud's API, as the tools of the cloud are told. */
  readonly endpointVariable: string;
  examine(subject: Subject, flags: DoctorFlags): Promise<readonly Finding[]>;
}

const SECONDS = { minimum: 0, maximum: 4_294_967_295 };

// The SDKs take longer to load than most commands need to run.
const DOCTORS: Readonly<Record<Cloud, CloudDoctor>> = {
  aws: {
    device: { rule: '1 to 128 letters, digits, :, _ or -', pattern: AWS_LIMITS.thingName },
    willTopic: AWS_STACK_TOPICS.willTopic,
    topicLimits: AWS_LIMITS.topic,
    endpointVariable: 'AWS_ENDPOINT_URL',
    examine: (subject, flags) => {
      const { examineAws } = require('../doctor/aws/examination') as typeof import('../doctor/aws/examination');
      return examineAws(subject, flags);
    },
  },
  azure: {
    device: { rule: '1 to 128 characters', pattern: /^[^\0]{1,128}$/u },
    willTopic: STATUS_TOPIC,
    topicLimits: EVENT_GRID_LIMITS.topic,
    endpointVariable: 'AZURE_ENDPOINT_URL',
    examine: (subject, flags) => {
      const { examineAzure } = require('../doctor/azure/examination') as typeof import('../doctor/azure/examination');
      return examineAzure(subject, flags);
    },
  },
};

/** `lastwill doctor`: why a device does not connect, or nobody hears of its end. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('check all that must be right for a device to connect and for its last will to be told')
    .addArgument(new Argument('<cloud>', 'where the device connects').choices(['aws', 'azure']));
  addSubjectOptions(command);
  addPlaceOptions(command);
  addLiveOptions(command);
  command.option('--json', 'print one JSON line').action(runDoctor);
}

function addSubjectOptions(command: Command): void {
  command
    .requiredOption(
      '--device <NAME>',
      'on AWS the thing, which is also its client id; on Azure the authentication name',
    )
    .option('--will-topic <TOPIC>', 'topic of the will; {device} stands for the device (default: that of our stacks)')
    .option('--will-payload <TEXT>', 'payload of the will (default: that of lastwill device)')
    .option('--will-delay <SECONDS>', 'Azure: delay of the will (default: 0)', numberOption('--will-delay', SECONDS))
    .option(
      '--session-expiry <SECONDS>',
      'Azure: how long the session outlives the connection (default: 0)',
      numberOption('--session-expiry', SECONDS),
    )
    .option(
      '--connections <N>',
      'Azure: connections that the device holds at once (default: 1)',
      numberOption('--connections', { minimum: 1, maximum: 10_000 }),
    )
    .option('--publish <TOPIC>', 'also check that the device may publish there')
    .option('--subscribe <FILTER>', 'also check that the device may subscribe to it');
}

function addPlaceOptions(command: Command): void {
  command
    .option('-e, --endpoint <HOST>', 'where devices connect: host or host:port (default: what the cloud says)')
    .option('-p, --port <PORT>', 'port where devices connect (default: 8883)', connectPortOption('--port'))
    .option('-r, --rootCA <FILE>', 'root certificates to trust (default: those that Node.js trusts)')
    .option('--endpoint-url <URL>', "in place of the cloud's own API (default: AWS_ENDPOINT_URL, AZURE_ENDPOINT_URL)");
  addAzureFlags(addAwsFlags(command))
    .option('--store <DIR>', 'where keys and certificates are kept', DEFAULT_STORE)
    .option('--state <DIR>', "state folder of the embedded cloud, when the API's URL names that", DEFAULT_STATE);
}

function addLiveOptions(command: Command): void {
  command
    .option('--live', 'also connect as the device, cut it off and wait for its will; says first who will be notified')
    .option('--as <NAME>', 'with --live: wait for the will as this device (needed on Azure; AWS: signed WebSocket)')
    .option(
      '--ws-port <PORT>',
      'AWS, with --live: port of signed WebSockets (default: 443)',
      connectPortOption('--ws-port'),
    )
    .option('--assume-offline', 'Azure, with --live: the device is not connected, where Azure cannot tell');
}

async function runDoctor(cloud: Cloud, flags: DoctorFlags): Promise<void> {
  const doctor = DOCTORS[cloud];
  throwIfAny('OPTION_INVALID', [...flagProblems(cloud, flags), ...subjectProblems(doctor, flags)]);
  const subject = subjectOf(doctor, flags);
  if (flags.endpointUrl !== undefined) process.env[doctor.endpointVariable] = flags.endpointUrl;
  const findings = await doctor.examine(subject, flags);
  const problems = findings.filter(({ status }) => status === 'failed');
  const json = { cloud, device: subject.device, ok: problems.length === 0, checks: findings };
  process.stdout.write(flags.json === true ? jsonLine(json) : table(findings));
  if (problems.length === 0) return;
  const names = problems.map(({ name }) => name).join(', ');
  throw new LastwillError('DIAGNOSIS_FAILED', `${subject.device} is not all right: ${names}`);
}

function subjectProblems(doctor: CloudDoctor, flags: DoctorFlags): string[] {
  const { device, willTopic = doctor.willTopic, publish, subscribe } = flags;
  const { pattern, rule } = doctor.device;
  const topic = (flag: string, text: string | undefined, problemOf: typeof topicNameProblem): string[] => {
    const problem = text === undefined ? undefined : problemOf(renderDevice(text, device), doctor.topicLimits);
    return problem === undefined ? [] : [mustBe(flag, problem, text)];
  };
  return [
    ...(pattern.test(device) ? [] : [mustBe('--device', rule, device)]),
    ...topic('--will-topic', willTopic, topicNameProblem),
    ...topic('--publish', publish, topicNameProblem),
    ...topic('--subscribe', subscribe, topicFilterProblem),
  ];
}

function subjectOf(doctor: CloudDoctor, flags: DoctorFlags): Subject {
  const { device, willTopic = doctor.willTopic, willPayload, publish, subscribe } = flags;
  return {
    device,
    willTopic: renderDevice(willTopic, device),
    willPayload: willPayload ?? lastWillPayload(device),
    ...(publish === undefined ? {} : { publishTopic: renderDevice(publish, device) }),
    ...(subscribe === undefined ? {} : { subscribeFilter: renderDevice(subscribe, device) }),
  };
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

import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';

/** The flags that say where to connect, as whom, as they were typed. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly port?: string;
  readonly rootCA?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly certificatesPath?: string;
  readonly websocket?: boolean;
  readonly clientId?: string;
  readonly username?: string;
  /** true without a folder */
  readonly local?: string | true;
}

/** What commander hands over: flags as they were typed. */
export interface DeviceFlags extends ConnectionFlags {
  readonly topic: string;
  readonly mode: string;
  readonly message: string;
  readonly protocol: string;
  readonly clean: string | boolean;
  readonly sessionExpiry: string;
  readonly keepAlive: string;
  /** false after --no-will */
  readonly will: boolean;
  readonly willTopic: string;
  readonly willPayload?: string;
  readonly willQos: string;
  readonly willRetain?: boolean;
  readonly willDelay: string;
  readonly willSession?: boolean;
  readonly dieAfter: string;
  readonly exit: string;
  readonly scenario?: string;
  readonly json?: boolean;
}

/** How a device ends. */
export type Exit = 'abrupt' | 'graceful' | 'silent';

/** Flags with their values read. */
export interface DeviceSettings {
  readonly port?: number;
  readonly mode: 'both' | 'publish' | 'subscribe' | 'none';
  readonly protocolVersion: 4 | 5;
  readonly cleanStart: boolean;
  readonly sessionExpirySeconds: number;
  readonly keepAliveSeconds: number;
  readonly willQos: 0 | 1 | 2;
  readonly willDelaySeconds: number;
  readonly dieAfterSeconds: number;
  readonly exit: Exit;
}

/** The client id when none is given. */
export const DEFAULT_CLIENT_ID = 'basicPubSub';

/**
 * Reads the values of the flags and checks what can be checked without a file.
 * @throws LastwillError OPTION_INVALID with every problem.
 */
export function readSettings(flags: DeviceFlags): DeviceSettings {
  const reader = new FlagReader();
  const settings: DeviceSettings = {
    port: flags.port === undefined ? undefined : reader.integer('--port', flags.port, 1, 65_535),
    mode: reader.oneOf('--mode', flags.mode, ['both', 'publish', 'subscribe', 'none']),
    protocolVersion: reader.oneOf('--protocol', flags.protocol, ['5', '4']) === '5' ? 5 : 4,
    cleanStart: reader.onOff('--clean', flags.clean),
    sessionExpirySeconds: reader.integer('--session-expiry', flags.sessionExpiry, 0, 4_294_967_295),
    keepAliveSeconds: reader.integer('--keep-alive', flags.keepAlive, 0, 65_535),
    willQos: reader.integer('--will-qos', flags.willQos, 0, 2) as 0 | 1 | 2,
    willDelaySeconds: reader.integer('--will-delay', flags.willDelay, 0, 4_294_967_295),
    dieAfterSeconds: reader.seconds('--die-after', flags.dieAfter),
    exit: reader.oneOf('--exit', flags.exit, ['abrupt', 'graceful', 'silent']),
  };
  throwIfAny('OPTION_INVALID', [...reader.problems, ...contradictions(flags)]);
  return settings;
}

/** What is wrong with the flags of a connection taken together. */
export function contradictions(flags: ConnectionFlags): string[] {
  const problems: string[] = [];
  const certificate = flags.cert !== undefined || flags.key !== undefined || flags.certificatesPath !== undefined;
  if (flags.websocket === true && certificate) {
    problems.push(
      '--websocket must be given without --cert, --key and --certificates-path: a WebSocket is signed with AWS credentials',
    );
  }
  if (flags.cert !== undefined && flags.key === undefined) {
    problems.push('--key must be given with --cert: a certificate proves nothing without its private key');
  }
  if (flags.key !== undefined && flags.cert === undefined) {
    problems.push('--cert must be given with --key: a private key alone does not say who the device is');
  }
  if (flags.certificatesPath !== undefined && (flags.cert !== undefined || flags.key !== undefined)) {
    problems.push('--certificates-path must be given without --cert and --key');
  }
  if (flags.endpoint === undefined && flags.local === undefined) {
    problems.push('--endpoint must be given, or --local for a running embedded cloud');
  }
  return problems;
}

const OPTION_FLAGS: readonly (readonly [string, string])[] = [
  ['will\\.topic', '--will-topic'],
  ['will\\.payload', '--will-payload'],
  ['will\\.qos', '--will-qos'],
  ['will\\.delaySeconds', '--will-delay'],
  ['will\\.stampSession', '--will-session'],
  ['clientId', '--clientId'],
  ['endpoint', '--endpoint'],
  ['port', '--port'],
  ['keepAliveSeconds', '--keep-alive'],
  ['sessionExpirySeconds', '--session-expiry'],
  ['protocolVersion', '--protocol'],
  ['awsSignature\\.region', 'AWS_REGION'],
  ['filter', '--topic'],
  ['topic', '--topic'],
];

/** Runs something that takes the agent's options and names, in what it refuses, the flags that were typed instead. */
export function namingFlags<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw nameFlags(error);
  }
}

/** The error with options of the agent written as the flags that set them. */
export function nameFlags(error: unknown): unknown {
  if (!(error instanceof LastwillError) || error.code !== 'OPTION_INVALID') return error;
  const message = OPTION_FLAGS.reduce(
    (text, [option, flag]) =>
      text.replace(new RegExp(`(^|; |when |with )${option}(?= )`, 'g'), (_match, before: string) => `${before}${flag}`),
    error.message,
  );
  return new LastwillError('OPTION_INVALID', message, { cause: error });
}

class FlagReader {
  readonly problems: string[] = [];

  integer(flag: string, text: string, from: number, to: number): number {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    this.problems.push(mustBe(flag, `an integer from ${from} to ${to}`, text));
    return from;
  }

  seconds(flag: string, text: string): number {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    this.problems.push(mustBe(flag, 'a number of seconds from 0', text));
    return 0;
  }

  oneOf<const T extends string>(flag: string, text: string, allowed: readonly T[]): T {
    const found = allowed.find((value) => value === text);
    if (found === undefined) this.problems.push(mustBe(flag, allowed.join(' or '), text));
    return found ?? (allowed[0] as T);
  }

  onOff(flag: string, value: string | boolean): boolean {
    if (typeof value === 'boolean') return value;
    return (
      ['on', 'true', '1'].includes(value) || this.oneOf(flag, value, ['on', 'off', 'true', 'false', '1', '0']) === 'on'
    );
  }
}

import { type ConnectionInfo, type DeviceAgent, formatEndpoint, type IncomingMessage } from '../../device';
import type { Clock, Timer } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { type Exit, nameFlags } from './flags';

/** What a device is to do. */
interface Play {
  readonly topic: string;
  readonly mode: 'both' | 'publish' | 'subscribe' | 'none';
  readonly message: string;
  readonly dieAfterSeconds: number;
  readonly exit: Exit;
}

/** What came of it. */
interface PlayResult {
  readonly clientId: string;
  readonly sessionPresent: boolean;
  readonly published: number;
  readonly received: number;
  readonly reconnects: number;
  /** How it ended: as it was to, or by SIGINT or SIGTERM. */
  readonly exit: Exit | 'interrupted';
  /** ISO 8601; absent when it never connected. */
  readonly connectedAt?: string;
  /** ISO 8601: when it disconnected, was cut or fell silent. */
  readonly endedAt: string;
  /** Silent exit: whether the broker closed the connection while it was waited for. */
  readonly closedByBroker?: boolean;
}

/** What a play needs of its surroundings. */
export interface PlayParts {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Resolves when a person asks for the end. */
  readonly interrupted: Promise<void>;
}

/** A broker closes a silent device after 1.5 times its keep alive; it is given this much longer. */
const SILENCE_GRACE_SECONDS = 10;

/**
 * Connects, subscribes, publishes, lives for a while and dies as it is told.
 * @throws LastwillError CONNECTION_FAILED, CONNECTION_REFUSED, OPERATION_REFUSED
 * @public loaded where it is needed
 */
export async function playDevice(agent: DeviceAgent, play: Play, parts: PlayParts): Promise<PlayResult> {
  const tally = new Tally(agent, parts.log);
  const interrupted = parts.interrupted.then(() => 'interrupted' as const);
  const stopped = whenStopped(agent);
  try {
    const connection = await Promise.race([agent.connect(), interrupted, stopped]);
    if (connection === 'interrupted') return tally.result('interrupted', parts.clock.now());
    const lifetime = new Wait(parts.clock, play.dieAfterSeconds);
    const talk = talkAs(agent, play, tally).then(() => lifetime.over);
    const end = await Promise.race([talk.then(() => play.exit), interrupted, stopped]).finally(() => lifetime.cancel());
    const diedAt = parts.clock.now();
    const silence = connection.keepAliveSeconds * 1.5 + SILENCE_GRACE_SECONDS;
    const closedByBroker = await die(agent, end, silence, parts);
    return { ...tally.result(end, diedAt), ...(closedByBroker === undefined ? {} : { closedByBroker }) };
  } catch (error) {
    throw nameFlags(error);
  } finally {
    await agent.disconnect();
  }
}

/** Counts and logs what happens to an agent. */
class Tally {
  published = 0;
  #received = 0;
  #connections: ConnectionInfo[] = [];

  constructor(
    private readonly agent: DeviceAgent,
    readonly log: (line: string) => void,
  ) {
    agent.on('connect', (info) => this.#connected(info));
    agent.on('message', (message) => this.#message(message));
    agent.on('decision', (verdict) => {
      if (verdict.decision === 'retry') log(`${verdict.reason}; trying again in ${verdict.delayMilliseconds} ms`);
    });
  }

  result(exit: PlayResult['exit'], endedAt: number): PlayResult {
    const first = this.#connections[0];
    return {
      clientId: first?.clientId ?? this.agent.options.clientId,
      sessionPresent: first?.sessionPresent ?? false,
      published: this.published,
      received: this.#received,
      reconnects: Math.max(0, this.#connections.length - 1),
      exit,
      connectedAt: first === undefined ? undefined : new Date(first.session.connectedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
    };
  }

  #connected(info: ConnectionInfo): void {
    this.#connections.push(info);
    const session = info.sessionPresent ? 'session resumed' : 'new session';
    const broker = formatEndpoint(this.agent.options.endpoint);
    this.log(`${info.clientId} connected to ${broker} (${session}, keep alive ${info.keepAliveSeconds} s)`);
  }

  #message({ topic, payload, retain }: IncomingMessage): void {
    this.#received += 1;
    this.log(`received on ${topic}${retain ? ' (retained)' : ''}: ${payload.toString()}`);
  }
}

/** Seconds that pass unless they are called off. */
class Wait {
  readonly over: Promise<void>;
  #timer: Timer | undefined;

  constructor(clock: Clock, seconds: number) {
    this.over = new Promise((resolve) => {
      this.#timer = clock.schedule(seconds * 1000, resolve);
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}

async function talkAs(agent: DeviceAgent, play: Play, tally: Tally): Promise<void> {
  if (play.mode === 'none') return;
  if (play.mode !== 'publish') {
    await agent.subscribe(play.topic, 1);
    tally.log(`subscribed to ${play.topic}`);
  }
  if (play.mode === 'subscribe') return;
  const payload = `{"message": ${JSON.stringify(play.message)}}`;
  await agent.publish(play.topic, payload, { qos: 1 });
  tally.published += 1;
  tally.log(`published on ${play.topic}: ${payload}`);
}

/** Rejects when the agent gives up. */
function whenStopped(agent: DeviceAgent): Promise<never> {
  return new Promise((_resolve, reject) => {
    agent.on('decision', ({ decision, reason, reasonCode }) => {
      const code = reasonCode === undefined ? 'CONNECTION_FAILED' : 'CONNECTION_REFUSED';
      if (decision === 'stop') reject(new LastwillError(code, reason));
    });
  });
}

/** @returns with a silent exit, whether the broker closed the connection in time. */
async function die(
  agent: DeviceAgent,
  end: PlayResult['exit'],
  silenceSeconds: number,
  { clock, log, interrupted }: PlayParts,
): Promise<boolean | undefined> {
  if (end === 'abrupt') {
    log('cutting the connection without DISCONNECT: the broker publishes the will');
    await agent.cut();
    return undefined;
  }
  if (end !== 'silent') {
    log('disconnecting: the broker drops the will');
    await agent.disconnect();
    return undefined;
  }
  log(`falling silent with the socket open: the broker notices after 1.5 times the keep alive`);
  const patience = new Wait(clock, silenceSeconds);
  const closed = agent.fallSilent().then(() => true);
  const closedByBroker = await Promise.race([closed, patience.over.then(() => false), interrupted.then(() => false)]);
  patience.cancel();
  log(closedByBroker ? 'the broker closed the connection' : 'the broker has not closed the connection');
  await agent.cut();
  return closedByBroker;
}

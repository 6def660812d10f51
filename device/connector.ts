import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { Randomness } from '../presence/randomness';
import { BackOff } from './back-off';
import { explainFailure } from './connection-failure';
import { formatEndpoint } from './endpoint';
import type { IncomingMessage } from './message';
import { type Acknowledgement, type LinkEnd, type LinkGrant, type LinkOptions, MqttLink } from './mqtt-link';
import type { PacketIdentifiers } from './packet-identifiers';
import { type Decision, describeReason, reasonCode } from './reason-codes';
import type { ResolvedOptions } from './resolved-options';

/** What the agent makes of the end of a connection or of an attempt. */
export interface Verdict {
  /** Why it ended, in one sentence. */
  readonly reason: string;
  readonly decision: Decision;
  /** The MQTT reason code, where the broker gave one. */
  readonly reasonCode?: number;
  /** With `retry`: milliseconds until the next attempt. */
  readonly delayMilliseconds?: number;
}

/** What a connector tells its owner. */
export interface ConnectorListener {
  opened(link: MqttLink, grant: LinkGrant): void;
  message(message: IncomingMessage): void;
  acknowledged(identifier: number, answer: Acknowledgement): void;
  /** An open connection ended, for whatever reason. */
  lost(): void;
  /** What follows from an end or a failed attempt that the device did not ask for. */
  decided(verdict: Verdict): void;
}

/** What a connector is made of. */
export interface ConnectorParts {
  readonly options: ResolvedOptions;
  readonly linkOptions: () => LinkOptions;
  readonly openStream: () => Promise<Duplex>;
  readonly identifiers: PacketIdentifiers;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/** Keeps one connection up: makes it, and when it ends decides by the reason whether and when to make it again. */
export class Connector {
  readonly #backOff: BackOff;
  #wanted = false;
  #link: MqttLink | undefined;
  #openedAt: number | undefined;
  #everOpened = false;
  #timer: Timer | undefined;
  #attempt = 0;

  constructor(
    private readonly parts: ConnectorParts,
    private readonly listener: ConnectorListener,
  ) {
    this.#backOff = new BackOff(parts.options.backOff, parts.randomness);
  }

  /** Starts to connect; what comes of it is told to the listener. */
  start(): void {
    this.#wanted = true;
    this.#everOpened = false;
    this.#connect();
  }

  /** Lets the connection end without another attempt. `end` closes it in its own way. */
  stop(end: (link: MqttLink) => void): void {
    this.#wanted = false;
    this.#attempt += 1;
    this.#timer?.cancel();
    if (this.#link === undefined) return;
    if (this.isOpen) end(this.#link);
    else this.#link.destroy();
  }

  /** Gives the connection up as if it had been lost. */
  giveUp(error: Error): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#ended(link, { kind: 'failed', error });
    link.destroy();
  }

  get isOpen(): boolean {
    return this.#openedAt !== undefined;
  }

  /** True when there is neither a connection nor an attempt to make one. */
  get isIdle(): boolean {
    return !this.#wanted && this.#link === undefined;
  }

  #connect(): void {
    const attempt = ++this.#attempt;
    const superseded = (): boolean => attempt !== this.#attempt || !this.#wanted;
    this.parts.openStream().then(
      (stream) => {
        // A WebSocket that is given up before it is open says so as an error, and nobody else listens.
        if (superseded()) stream.on('error', () => undefined).destroy();
        else this.#openLink(stream);
      },
      (error: unknown) => {
        if (!superseded()) this.#decide({ reason: messageOf(error), decision: decisionOn(error) });
      },
    );
  }

  #openLink(stream: Duplex): void {
    const { options, identifiers, clock, linkOptions } = this.parts;
    const link: MqttLink = new MqttLink(
      stream,
      linkOptions(),
      identifiers,
      {
        opened: (grant) => this.#opened(link, grant),
        message: (message) => this.listener.message(message),
        acknowledged: (identifier, answer) => this.listener.acknowledged(identifier, answer),
        ended: (end) => this.#ended(link, end),
      },
      clock,
    );
    this.#link = link;
    const seconds = options.connectTimeoutMilliseconds / 1000;
    this.#timer = clock.schedule(options.connectTimeoutMilliseconds, () =>
      this.giveUp(new Error(`no answer within ${seconds} s`)),
    );
  }

  #opened(link: MqttLink, grant: LinkGrant): void {
    if (link !== this.#link) return;
    this.#timer?.cancel();
    this.#openedAt = this.parts.clock.now();
    this.#everOpened = true;
    this.listener.opened(link, grant);
  }

  #ended(link: MqttLink, end: LinkEnd): void {
    if (link !== this.#link) return;
    const openedAt = this.#openedAt;
    this.#timer?.cancel();
    this.#link = undefined;
    this.#openedAt = undefined;
    if (openedAt !== undefined) {
      this.#backOff.connectionLasted(this.parts.clock.now() - openedAt);
      this.listener.lost();
    }
    if (this.#wanted) this.#decide(this.#judge(end, openedAt !== undefined));
  }

  #decide(verdict: Verdict): void {
    const giveUp =
      !this.#everOpened && this.parts.options.initialConnect === 'once' && verdict.reasonCode === undefined;
    if (verdict.decision === 'stop' || giveUp) {
      this.#wanted = false;
      this.listener.decided({ ...verdict, decision: 'stop' });
      return;
    }
    const delayMilliseconds = this.#backOff.next();
    this.#timer = this.parts.clock.schedule(delayMilliseconds, () => this.#connect());
    this.listener.decided({ ...verdict, delayMilliseconds });
  }

  #judge(end: LinkEnd, wasOpen: boolean): Verdict {
    const { endpoint, tls, protocolVersion } = this.parts.options;
    const broker = formatEndpoint(endpoint);
    switch (end.kind) {
      case 'refused':
      case 'disconnected': {
        const version = end.kind === 'refused' ? protocolVersion : 5;
        const { decision } = reasonCode(end.reasonCode, version);
        const verb = end.kind === 'refused' ? 'refused the connection' : 'ended the connection';
        const words = end.reasonString === undefined ? this.#hint(end.reasonCode, version) : `: ${end.reasonString}`;
        const reason = `${broker} ${verb} with reason code ${describeReason(end.reasonCode, version)}${words}`;
        return { reason, decision, reasonCode: end.reasonCode };
      }
      case 'failed': {
        const { sentence, decision } = explainFailure(end.error, endpoint, tls);
        return { reason: sentence, decision };
      }
      case 'keep-alive':
        return { reason: `${broker} did not answer a ping within the keep alive`, decision: 'retry' };
      case 'closed':
        return {
          reason: wasOpen ? `${broker} closed the connection` : this.#closedUnanswered(broker),
          decision: 'retry',
        };
    }
  }

  /** What users stumble over: the broker says "not authorized" and means the will. */
  #hint(code: number, version: 4 | 5): string {
    const { will, target } = this.parts.options;
    const notAuthorized = code === 135 || (version === 4 && code === 5);
    if (!notAuthorized || will === undefined) return '';
    const where = { aws: "the thing's policy", azure: 'a permission binding', mqtt: 'the broker' }[target];
    return `; check that ${where} lets this client connect and publish on its will topic ${will.topic}`;
  }

  #closedUnanswered(broker: string): string {
    const { protocolVersion, tls } = this.parts.options;
    const hints = [
      ...(tls.certificate === undefined ? [] : ['does not accept the client certificate']),
      // AWS IoT Core answers a client that may not connect with MQTT 3.1.1 by closing the socket.
      ...(protocolVersion === 4 ? ['does not let the client connect or publish its will'] : []),
    ];
    const hint = hints.length === 0 ? '' : `, as a broker may do that ${hints.join(' or ')}`;
    return `${broker} closed the connection instead of answering CONNECT${hint}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Credentials that are missing or broken do not mend themselves. */
function decisionOn(error: unknown): Decision {
  return error instanceof LastwillError && error.code !== 'CONNECTION_FAILED' ? 'stop' : 'retry';
}

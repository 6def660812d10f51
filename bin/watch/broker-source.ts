import type { DeviceAgent, Verdict } from '../../device';
import { LastwillError } from '../../presence/errors';
import { type Cloud, everyDeviceFilter } from '../../presence/lwt-options';
import { LIFECYCLE_FILTER, type PresenceTopic, readPresenceSignal } from '../../presence/presence-signal';
import type { PresenceRow } from '../../presence/presence-table';
import { isObserver } from './observer-name';
import type { PresenceListener, PresenceSource } from './presence-source';
import { whatLetsConnect, whatToAllow } from './what-to-allow';

/** Reason codes of MQTT 5, 3.2.2.2 and 3.14.2.1. */
const NOT_AUTHORIZED = 135;
const SESSION_TAKEN_OVER = 142;

const NAME_OF_ITS_OWN = 'watch as a client that nobody else connects as';

interface Watcher {
  readonly cloud: Cloud;
  readonly clientId: string;
}

/** What is watched at a broker, and as whom. */
export interface BrokerSourceOptions {
  readonly cloud: Cloud;
  /** Who watches; `again` when a connection stood before. */
  readonly agent: (attempt: 'first' | 'again') => DeviceAgent;
  /** Whether the broker is now elsewhere than when `agent` was called last. @default - it never is */
  readonly hasMoved?: () => boolean;
  readonly topics: readonly PresenceTopic[];
  /** Names of the devices, where they are known beforehand. */
  readonly names: ReadonlySet<string>;
  /** What is known from before, asked for whenever a connection stands. @default - nothing */
  readonly known?: () => readonly PresenceRow[];
}

/** Watches presence as an MQTT client: wills, births and, on AWS, lifecycle events. */
export class BrokerSource implements PresenceSource {
  readonly cloud: Cloud;
  readonly names: ReadonlySet<string>;
  #agent: DeviceAgent;
  #connections = 0;
  #isStopped = false;

  constructor(private readonly options: BrokerSourceOptions) {
    this.cloud = options.cloud;
    this.#agent = options.agent('first');
    const { clientId } = this.#agent.options;
    // Whoever watches is no device, but connects as one.
    this.names = new Set([...options.names].filter((name) => name !== clientId));
  }

  async watch(listener: PresenceListener): Promise<never> {
    for (;;) {
      await this.#watchHere(listener);
      await this.#agent.disconnect();
      this.#agent = this.options.agent('again');
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#agent.disconnect();
  }

  async #subscribe(agent: DeviceAgent, listener: PresenceListener): Promise<void> {
    const filters = [...new Set(this.options.topics.map(({ filter }) => everyDeviceFilter(filter)))];
    const refused = new Map<string, LastwillError>();
    const connection = ++this.#connections;
    for (const filter of filters) {
      try {
        await agent.subscribe(filter);
      } catch (error) {
        if (!(error instanceof LastwillError) || error.code !== 'OPERATION_REFUSED') throw error;
        refused.set(filter, error);
      }
    }
    // What was asked for on a connection that is gone has been asked for again.
    if (connection !== this.#connections) return;
    const { clientId } = agent.options;
    if (refused.size === filters.length) {
      const message = `${clientId} may watch none of ${filters.join(', ')}: ${whatToAllow(this.cloud, filters)}; or name with --topic what it may watch`;
      throw new LastwillError('OPERATION_REFUSED', message);
    }
    for (const [filter, error] of refused) listener.note(this.#refusalNote(filter, error));
    const watched = filters.filter((filter) => !refused.has(filter));
    listener.known(this.options.known?.() ?? []);
    listener.note(`watching ${watched.join(', ')} as ${clientId}`);
  }

  #refusalNote(filter: string, error: LastwillError): string {
    if (filter !== LIFECYCLE_FILTER) return `${error.message}: ${whatToAllow(this.cloud, [filter])}`;
    return `no lifecycle events: they may not be watched; ${whatToAllow(this.cloud, [filter])}`;
  }

  /** Resolves when the broker is elsewhere. */
  #watchHere(listener: PresenceListener): Promise<void> {
    const agent = this.#agent;
    const { topics, hasMoved } = this.options;
    agent.on('message', (message) => {
      const signal = readPresenceSignal(message, { topics, names: this.names });
      const isDevice = signal !== undefined && signal.device !== agent.options.clientId && !isObserver(signal.device);
      if (isDevice) listener.signal(signal);
    });
    agent.on('disconnect', () => {
      if (!this.#isStopped) listener.lost();
    });
    return new Promise((resolve, reject) => {
      agent.on('connect', () => this.#subscribe(agent, listener).catch(reject));
      agent.on('decision', (verdict) => {
        if (verdict.decision === 'stop')
          return reject(stopped(verdict, { cloud: this.cloud, clientId: agent.options.clientId }));
        listener.note(retryNote(verdict));
        if (hasMoved?.() === true) resolve();
      });
      agent.connect().catch(reject);
    });
  }
}

function stopped({ reason, reasonCode }: Verdict, { cloud, clientId }: Watcher): LastwillError {
  if (reasonCode === undefined) return new LastwillError('CONNECTION_FAILED', reason);
  const advice = { [NOT_AUTHORIZED]: whatLetsConnect(cloud, clientId), [SESSION_TAKEN_OVER]: NAME_OF_ITS_OWN }[
    reasonCode
  ];
  // A broker that says why by itself says it better.
  const isExplained = advice === undefined || (reasonCode === NOT_AUTHORIZED && !reason.endsWith(')'));
  return new LastwillError('CONNECTION_REFUSED', isExplained ? reason : `${reason}; ${advice}`);
}

function retryNote({ reason, delayMilliseconds = 0 }: Verdict): string {
  const seconds = (delayMilliseconds / 1000).toFixed(1);
  return `${reason}; trying again in ${seconds} s, what changes meanwhile is not seen`;
}

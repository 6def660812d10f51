import { LastwillError } from '../../presence/errors';
import type { DeviceAgent } from '../agent';
import type { DeviceAgentOptions } from '../agent-options';
import type { IncomingMessage } from '../message';
import { Inbox } from './inbox';
import type { Stage } from './scenario';

/** A device with a part in a scenario. */
export interface Actor {
  readonly name: string;
  readonly agent: DeviceAgent;
  readonly inbox: Inbox;
}

/** The devices of a scenario: made for it, and gone after it. */
export class Cast {
  readonly #actors: Actor[] = [];

  private constructor(readonly stage: Stage) {}

  /** Plays with a cast that is dismissed afterwards, whatever happens. */
  static async play(stage: Stage, act: (cast: Cast) => Promise<void>): Promise<void> {
    const cast = new Cast(stage);
    try {
      await act(cast);
    } finally {
      await Promise.all(cast.#actors.map(({ agent }) => agent.disconnect()));
    }
  }

  /** A device that is not connected yet. */
  enter(name: string, options: Partial<DeviceAgentOptions> = {}): Actor {
    const { keepAliveSeconds } = this.stage.timings;
    return this.#add(name, this.stage.device(name, { keepAliveSeconds, initialConnect: 'once', ...options }));
  }

  /** A device that is connected. */
  async connect(name: string, options: Partial<DeviceAgentOptions> = {}): Promise<Actor> {
    const actor = this.enter(name, options);
    await actor.agent.connect();
    return actor;
  }

  /** Somebody who may watch everything, connected; `undefined` where the broker lets nobody. */
  async observe(filters: readonly string[]): Promise<Actor | undefined> {
    const agent = this.stage.observer();
    if (agent === undefined) return undefined;
    const actor = this.#add('observer', agent);
    try {
      await agent.connect();
      for (const filter of filters) await agent.subscribe(filter);
      return actor;
    } catch (error) {
      if (!(error instanceof LastwillError && /_REFUSED$/.test(error.code))) throw error;
      this.stage.reporter.note('the broker lets no observer watch; the device itself will look');
      await agent.disconnect();
      return undefined;
    }
  }

  /** Reports whether a message came, and returns it. */
  async expectMessage(
    actor: Actor,
    what: string,
    accepts: (message: IncomingMessage) => boolean,
    since?: number,
  ): Promise<IncomingMessage | undefined> {
    const { clock, reporter, timings } = this.stage;
    const message = await actor.inbox.next(timings.patienceSeconds, accepts);
    const milliseconds = since === undefined ? {} : { milliseconds: clock.now() - since };
    const detail = message === undefined ? `nothing within ${timings.patienceSeconds} s` : describe(message);
    reporter.step({ what, ok: message !== undefined, ...(message === undefined ? {} : milliseconds), detail });
    return message;
  }

  /** Reports whether nothing came that is meant by `accepts`. */
  async expectNothing(
    actor: Actor,
    what: string,
    accepts: (message: IncomingMessage) => boolean = () => true,
  ): Promise<void> {
    const message = await actor.inbox.next(this.stage.timings.quietSeconds, accepts);
    const detail = message === undefined ? {} : { detail: describe(message) };
    this.stage.reporter.step({ what, ok: message === undefined, ...detail });
  }

  /** Lets time pass. */
  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => void this.stage.clock.schedule(seconds * 1000, resolve));
  }

  #add(name: string, agent: DeviceAgent): Actor {
    const actor = { name, agent, inbox: new Inbox(agent, this.stage.clock) };
    this.#actors.push(actor);
    return actor;
  }
}

/** Accepts a message with this topic and, where given, this text. */
export function on(topic: string, text?: string): (message: IncomingMessage) => boolean {
  return (message) => message.topic === topic && (text === undefined || message.payload.toString() === text);
}

function describe({ topic, payload, retain, messageExpirySeconds }: IncomingMessage): string {
  const expiry = messageExpirySeconds === undefined ? '' : `, expires in ${messageExpirySeconds} s`;
  return `${topic} ${payload.toString()}${retain ? ' (retained)' : ''}${expiry}`;
}

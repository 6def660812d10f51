import type { IPublishPacket } from 'mqtt-packet';
import { LastwillError } from '../../presence/errors';
import { type ConnectOptions, Conversation, type ConversationOptions } from '../mqtt/conversation';
import { wordingOf } from '../mqtt/wording';
import type { Dial, Site } from '../sites/site';
import type { Observations } from './probe';

/** The conversations of one probe: opened for it, and over after it. */
export class Scene {
  readonly #conversations: Conversation[] = [];

  private constructor(readonly site: Site) {}

  /** Acts, and lets everybody leave properly whatever happens. */
  static async play(site: Site, act: (scene: Scene) => Promise<Observations>): Promise<Observations> {
    const scene = new Scene(site);
    try {
      return await act(scene);
    } finally {
      await Promise.all(scene.#conversations.filter(({ isOpen }) => isOpen).map((open) => open.leave()));
      // Whoever was cut off is noticed before the next probe connects under the same name.
      await site.pass(1);
    }
  }

  /** A connection on which nothing was said yet. */
  async open(dial: Dial, options: ConversationOptions = {}): Promise<Conversation> {
    const conversation = Conversation.over(await dial(), this.site, options);
    this.#conversations.push(conversation);
    return conversation;
  }

  /**
   * A client that is connected.
   * @throws LastwillError CONNECTION_REFUSED when the probe's own connection is not let in: then nothing can be seen.
   */
  async enter(dial: Dial, connect: ConnectOptions, options: ConversationOptions = {}): Promise<Conversation> {
    const conversation = await this.open(dial, options);
    const answer = await conversation.connect(connect);
    if (answer?.cmd === 'connack' && (answer.reasonCode ?? answer.returnCode ?? 0) === 0) return conversation;
    throw new LastwillError('CONNECTION_REFUSED', `client ${connect.clientId} was not let in: ${wordingOf(answer)}`);
  }

  /**
   * A client that has subscribed, with QoS 1, and whose subscriptions are in force: a cloud may answer before they are.
   * @throws LastwillError OPERATION_REFUSED
   */
  async watch(dial: Dial, connect: ConnectOptions, filters: readonly string[]): Promise<Conversation> {
    const watcher = await this.enter(dial, connect);
    const answer = await watcher.subscribe(filters);
    if (answer?.cmd !== 'suback' || answer.granted.some((code) => Number(code) >= 0x80)) {
      const refusal = `client ${connect.clientId} may not subscribe to ${filters.join(', ')}: ${wordingOf(answer)}`;
      throw new LastwillError('OPERATION_REFUSED', refusal);
    }
    await this.site.pass(1);
    return watcher;
  }
}

/** Whether a message came. */
export function whether(message: IPublishPacket | undefined): 'published' | 'not published' {
  return message === undefined ? 'not published' : 'published';
}

import type { IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet';
import type { Conversation, PublishOptions } from '../mqtt/conversation';
import { fateOf } from '../mqtt/wording';
import type { Caller } from './connecting';
import type { Observations } from './probe';
import type { Scene } from './scene';

/** What is published. */
export interface Publishing extends PublishOptions {
  readonly topic: string;
}

/** What is asked for with the filters of a subscription. */
export interface Subscribing {
  readonly qos?: 2;
  readonly properties?: ISubscribePacket['properties'];
}

/** How a publish goes. */
export async function fateOfPublish(
  scene: Scene,
  { dial, connect }: Caller,
  { topic, payload = 'probe', ...options }: Publishing,
  protocolVersion: 4 | 5 = 5,
): Promise<string> {
  const client = await scene.enter(dial, connect, { protocolVersion });
  return fateOf(client, await client.publish(topic, payload, options));
}

/** How a subscription goes. */
export async function fateOfSubscribe(
  scene: Scene,
  { dial, connect }: Caller,
  filters: readonly string[],
  { protocolVersion = 5, ...options }: Subscribing & { readonly protocolVersion?: 4 | 5 } = {},
): Promise<string> {
  const client = await scene.enter(dial, connect, { protocolVersion });
  return fateOf(client, await client.subscribe(filters, options));
}

/** One of each property that a publisher chooses for its subscribers. */
export const MESSAGE_PROPERTIES = {
  contentType: 'text/plain',
  responseTopic: 'answers',
  correlationData: Buffer.from('17'),
  userProperties: { colour: ['red', 'green'] },
};

/** What a subscriber sees of {@link MESSAGE_PROPERTIES}. */
export function seenProperties(message: IPublishPacket | undefined): Observations {
  return {
    qos: message?.qos ?? 'no message',
    contentType: message?.properties?.contentType ?? 'none',
    responseTopic: message?.properties?.responseTopic ?? 'none',
    correlationData: message?.properties?.correlationData?.toString() ?? 'none',
    userProperties: JSON.stringify(message?.properties?.userProperties ?? {}),
  };
}

/** Every message on a topic, until none comes any more. */
export async function messagesOn(conversation: Conversation, topic: string): Promise<readonly IPublishPacket[]> {
  const messages: IPublishPacket[] = [];
  for (let next = await conversation.message(topic); next !== undefined; next = await conversation.message(topic)) {
    messages.push(next);
  }
  return messages;
}

/** What a session has kept, the first of it with a message expiry interval of 120 s. */
export function seenOnResumption(answer: Packet | undefined, messages: readonly IPublishPacket[]): Observations {
  const left = messages[0]?.properties?.messageExpiryInterval;
  return {
    sessionPresent: answer?.cmd === 'connack' && answer.sessionPresent,
    messages: messages.map(({ payload }) => payload.toString()).join(', '),
    'expiry is counted down': left !== undefined && left < 120 && left > 60,
  };
}

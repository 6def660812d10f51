import type { IConnackPacket, Packet } from 'mqtt-packet';
import type { Conversation } from './conversation';

/** A reason code as MQTT writes it. */
function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A packet's name with its reason codes, such as `PUBACK 0x87`; `nothing` where none came. */
export function wordingOf(packet: Packet | undefined): string {
  if (packet === undefined) return 'nothing';
  switch (packet.cmd) {
    case 'connack':
      return `CONNACK ${hex(packet.reasonCode ?? packet.returnCode ?? 0)}`;
    case 'suback':
      return `SUBACK ${packet.granted.map((code) => hex(Number(code))).join(' ')}`;
    case 'puback':
    case 'disconnect':
      return `${packet.cmd.toUpperCase()} ${hex(packet.reasonCode ?? 0)}`;
    default:
      return packet.cmd.toUpperCase();
  }
}

/** How a request went: what was answered, and whether the connection outlives it. */
export async function fateOf(conversation: Conversation, answer: Packet | undefined): Promise<string> {
  const isAlive = await conversation.isAlive();
  const farewell = conversation.unread().find(({ cmd }) => cmd === 'disconnect');
  const words = [answer, farewell].filter((packet) => packet !== undefined).map(wordingOf);
  return [...(words.length === 0 ? ['no answer'] : words), isAlive ? 'stays connected' : 'connection ended'].join(', ');
}

const ANNOUNCED = [
  'sessionExpiryInterval',
  'receiveMaximum',
  'maximumQoS',
  'retainAvailable',
  'maximumPacketSize',
  'topicAliasMaximum',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifiersAvailable',
  'sharedSubscriptionAvailable',
  'serverKeepAlive',
  'assignedClientIdentifier',
  'responseInformation',
  'serverReference',
] as const;

/** The properties of a CONNACK by the names of MQTT; also those that it does not have. */
export function announced(answer: IConnackPacket | undefined): Readonly<Record<string, string | number | boolean>> {
  const properties = answer?.properties ?? {};
  return {
    answer: wordingOf(answer),
    sessionPresent: answer?.sessionPresent ?? 'no CONNACK',
    ...Object.fromEntries(ANNOUNCED.map((name) => [name, properties[name] ?? 'not said'])),
  };
}

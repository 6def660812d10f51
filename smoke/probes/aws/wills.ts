import type { ConnectOptions, Conversation, ConversationOptions } from '../../mqtt/conversation';
import { wordingOf } from '../../mqtt/wording';
import type { AwsSite } from '../../sites/aws-site';
import type { Dial } from '../../sites/site';
import type { Observations, Probe } from '../probe';
import { Scene, whether } from '../scene';
import { PAGES } from './pages';

/** No rule acts on it, so nobody is told. */
const PROBE_PAYLOAD = 'probe';

const WILL_DELAY = 'limits.willDelay of local/broker/profiles/aws.ts';
const LIFECYCLE = 'DISCONNECT_REASONS of local/aws/disconnect-reasons.ts';

interface Ending {
  readonly connect?: Partial<ConnectOptions>;
  readonly speech?: ConversationOptions;
  /** @default - the thing */
  readonly dial?: Dial;
  /** Ends the connection. @returns more that was seen */
  readonly end: (dying: Conversation, scene: Scene) => Promise<Observations | undefined>;
}

/** What the end of a connection with a will leads to, as a watcher and AWS's own lifecycle event tell it. */
function afterwards(site: AwsSite, { connect = {}, speech, dial = site.asDevice, end }: Ending): Promise<Observations> {
  const { thing, willTopic: topic } = site.deployment;
  return Scene.play(site, async (scene) => {
    const event = `$aws/events/presence/disconnected/${thing}`;
    const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [topic, event]);
    const will = { topic, payload: PROBE_PAYLOAD, qos: 1, retain: false } as const;
    const dying = await scene.enter(dial, { clientId: thing, will, ...connect }, speech);
    const more = await end(dying, scene);
    const told = await watcher.message(event);
    const { disconnectReason = 'no event', clientInitiatedDisconnect = 'no event' } = fieldsOf(told?.payload);
    return {
      ...more,
      will: whether(await watcher.message(topic)),
      disconnectReason: String(disconnectReason),
      clientInitiatedDisconnect: String(clientInitiatedDisconnect),
    };
  });
}

function fieldsOf(payload: string | Buffer | undefined): Readonly<Record<string, unknown>> {
  return payload === undefined ? {} : JSON.parse(payload.toString());
}

/** When wills are published, and how AWS tells of the end. */
export const willProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'will after a broken connection',
    question: 'what follows when the socket is destroyed without DISCONNECT?',
    source: PAGES.lifecycle,
    observe: (site) => afterwards(site, { end: async (dying) => void dying.cut() }),
  },
  {
    name: 'will after DISCONNECT 0x00',
    question: 'does a normal disconnection discard the will?',
    source: PAGES.lifecycle,
    observe: (site) => afterwards(site, { end: async (dying) => void (await dying.leave(0)) }),
  },
  {
    name: 'will after DISCONNECT 0x04',
    question: 'does "disconnect with will message" publish it, and who is said to have ended the connection?',
    source: PAGES.lifecycle,
    undocumented: { will: LIFECYCLE, disconnectReason: LIFECYCLE, clientInitiatedDisconnect: LIFECYCLE },
    observe: (site) => afterwards(site, { end: async (dying) => void (await dying.leave(4)) }),
  },
  {
    name: 'will after DISCONNECT of MQTT 3.1.1',
    question: 'does the DISCONNECT of MQTT 3.1.1 discard the will?',
    source: PAGES.lifecycle,
    observe: (site) =>
      afterwards(site, { speech: { protocolVersion: 4 }, end: async (dying) => void (await dying.leave()) }),
  },
  {
    name: 'will after a take-over',
    question: 'what becomes of the connection, and of its will, when the client id connects once more?',
    source: PAGES.lifecycle,
    observe: (site) =>
      afterwards(site, {
        end: async (dying, scene) => {
          await scene.enter(site.asDevice, { clientId: site.deployment.thing });
          return { farewell: wordingOf(await dying.next(({ cmd }) => cmd === 'disconnect')) };
        },
      }),
  },
  {
    name: 'will after silence',
    question: 'is a silent client with keep alive 30 s given up after 45 s?',
    source: PAGES.quotas,
    observe: (site) =>
      afterwards(site, {
        connect: { keepalive: 30 },
        end: async (dying) => {
          await site.pass(40);
          const openAt40 = dying.isOpen;
          await site.pass(15);
          const farewell = wordingOf(await dying.next(({ cmd }) => cmd === 'disconnect'));
          return { 'open after 40 s': openAt40, 'open after 55 s': dying.isOpen, farewell };
        },
      }),
  },
  {
    name: 'will after a WebSocket close frame',
    question: 'does a close frame without DISCONNECT count as the client’s own disconnect?',
    source: PAGES.lifecycle,
    observe: (site) =>
      afterwards(site, { dial: site.asOperatorByWebSocket, end: async (dying) => void (await dying.hangUp()) }),
  },
  {
    name: 'will delay interval',
    question: 'does a will with a delay of 20 s and a session of 60 s wait?',
    source: PAGES.mqtt,
    undocumented: { 'before the delay is over': WILL_DELAY, 'once it is over': WILL_DELAY },
    observe: delayedWill,
  },
  {
    name: 'will of a session that lives on',
    question: 'does a persistent session postpone the will?',
    source: PAGES.mqtt,
    undocumented: { will: WILL_DELAY },
    observe: (site) =>
      afterwards(site, {
        connect: { properties: { sessionExpiryInterval: 60 } },
        end: async (dying) => void dying.cut(),
      }),
  },
  {
    name: 'properties of a will',
    question: 'which properties of the will does a subscriber get?',
    source: PAGES.mqtt,
    observe: willProperties,
  },
  {
    name: 'retained will',
    question: 'is a will with RETAIN kept for those who come later?',
    source: PAGES.retained,
    observe: retainedWill,
  },
];

function delayedWill(site: AwsSite): Promise<Observations> {
  const { thing, willTopic: topic } = site.deployment;
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [topic]);
    const will = { topic, payload: PROBE_PAYLOAD, qos: 1, properties: { willDelayInterval: 20 } } as const;
    const properties = { sessionExpiryInterval: 60 };
    const dying = await scene.enter(site.asDevice, { clientId: thing, will, properties });
    dying.cut();
    const before = whether(await watcher.message(topic));
    await site.pass(22);
    const late = whether(await watcher.message(topic));
    return { 'before the delay is over': before, 'once it is over': late };
  });
}

function willProperties(site: AwsSite): Promise<Observations> {
  const { thing, willTopic: topic } = site.deployment;
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [topic]);
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Buffer.from('17'),
      messageExpiryInterval: 300,
      userProperties: { colour: 'red' },
    };
    const will = { topic, payload: PROBE_PAYLOAD, qos: 1, retain: false, properties } as const;
    (await scene.enter(site.asDevice, { clientId: thing, will })).cut();
    const message = await watcher.message(topic);
    const got = message?.properties;
    return {
      qos: message?.qos ?? 'no will',
      retain: message?.retain ?? 'no will',
      contentType: got?.contentType ?? 'none',
      responseTopic: got?.responseTopic ?? 'none',
      correlationData: got?.correlationData?.toString() ?? 'none',
      payloadFormatIndicator: got?.payloadFormatIndicator ?? 'none',
      userProperties: JSON.stringify(got?.userProperties ?? {}),
      'message expiry is sent': got?.messageExpiryInterval !== undefined,
    };
  });
}

function retainedWill(site: AwsSite): Promise<Observations> {
  const { thing, probeTopic } = site.deployment;
  const topic = `${probeTopic}/retained`;
  return Scene.play(site, async (scene) => {
    const will = { topic, payload: PROBE_PAYLOAD, qos: 1, retain: true } as const;
    const live = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [topic]);
    (await scene.enter(site.asOperator, { clientId: `${thing}-dying`, will })).cut();
    const first = await live.message(topic);
    const late = await scene.enter(site.asOperator, { clientId: `${thing}-late` });
    await late.subscribe([topic]);
    const kept = await late.message(topic);
    const wide = await scene.enter(site.asOperator, { clientId: `${thing}-wide` });
    await wide.subscribe([`${probeTopic}/+`]);
    const byWildcard = await wide.message(topic);
    await late.publish(topic, '', { qos: 1, retain: true });
    return {
      'live copy has RETAIN': first?.retain ?? 'no will',
      'kept for an exact filter': kept !== undefined,
      'kept copy has RETAIN': kept?.retain ?? 'no message',
      'kept for a filter with wildcard': byWildcard !== undefined,
    };
  });
}

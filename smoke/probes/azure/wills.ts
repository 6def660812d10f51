import type { IConnectPacket } from 'mqtt-packet';
import { STATUS_FILTER, statusTopicOf } from '../../../presence/default-topics';
import type { Conversation, ConversationOptions } from '../../mqtt/conversation';
import { fateOf, wordingOf } from '../../mqtt/wording';
import type { AzureSite } from '../../sites/azure-site';
import type { Dial } from '../../sites/site';
import type { Observations, Probe } from '../probe';
import { Scene, whether } from '../scene';
import { named } from './client';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/azure.ts';
const OFFLINE = 'offline';
/** Seconds for which a session lives that is to outlive its connection. */
const SESSION_SECONDS = 60;

type Will = NonNullable<IConnectPacket['will']>;

function willOf(name: string, changes: Partial<Will> = {}): Will {
  return { topic: statusTopicOf(name), payload: OFFLINE, qos: 1, retain: false, ...changes };
}

interface Ending {
  readonly will?: Partial<Will>;
  /** @default 0 */
  readonly sessionExpirySeconds?: number;
  readonly keepAliveSeconds?: number;
  readonly speech?: ConversationOptions;
  /** @default - over TLS */
  readonly dial?: Dial;
  /** Ends the connection. @returns more that was seen */
  readonly end: (dying: Conversation, scene: Scene, watcher: Conversation) => Promise<Observations | undefined>;
}

/** What an actuator hears of the end of a sensor's connection. */
function afterwards(site: AzureSite, ending: Ending): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  const { will, sessionExpirySeconds = 0, keepAliveSeconds = 60, speech, dial = site.as(sensor), end } = ending;
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.as(actuator), named(actuator), [STATUS_FILTER]);
    const properties = sessionExpirySeconds === 0 ? {} : { sessionExpiryInterval: sessionExpirySeconds };
    const options = { will: willOf(sensor, will), keepalive: keepAliveSeconds, properties };
    const dying = await scene.enter(dial, named(sensor, options), speech);
    const more = await end(dying, scene, watcher);
    const seen = { ...more, will: whether(await watcher.message(statusTopicOf(sensor))) };
    if (sessionExpirySeconds > 0) await scene.enter(site.as(sensor), named(sensor));
    return seen;
  });
}

/** When wills are published. */
export const willProbes: readonly Probe<AzureSite>[] = [
  {
    name: 'will after a broken connection',
    question: 'is the will published when the socket is destroyed without DISCONNECT?',
    source: PAGES.wills,
    observe: (site) => afterwards(site, { end: async (dying) => void dying.cut() }),
  },
  {
    name: 'will after DISCONNECT 0x00',
    question: 'does a normal disconnection discard the will?',
    source: PAGES.wills,
    observe: (site) => afterwards(site, { end: async (dying) => void (await dying.leave(0)) }),
  },
  {
    name: 'will after DISCONNECT 0x04',
    question: 'does "disconnect with will message" publish it?',
    source: PAGES.wills,
    observe: (site) => afterwards(site, { end: async (dying) => void (await dying.leave(4)) }),
  },
  {
    name: 'will after DISCONNECT of MQTT 3.1.1',
    question: 'does the DISCONNECT of MQTT 3.1.1 discard the will?',
    source: PAGES.wills,
    observe: (site) =>
      afterwards(site, { speech: { protocolVersion: 4 }, end: async (dying) => void (await dying.leave()) }),
  },
  {
    name: 'will after a take-over with clean start',
    question: 'what becomes of the connection, and of its will, when the session is started anew?',
    source: PAGES.wills,
    observe: (site) => afterwards(site, { end: (dying, scene) => takeOver(site, dying, scene, { clean: true }) }),
  },
  {
    name: 'will with a delay after a take-over that continues the session',
    question: 'is the delayed will cancelled?',
    source: PAGES.wills,
    observe: (site) =>
      afterwards(site, {
        will: { properties: { willDelayInterval: 5 } },
        sessionExpirySeconds: SESSION_SECONDS,
        end: async (dying, scene) => {
          const seen = await takeOver(site, dying, scene, { clean: false });
          await site.pass(8);
          return seen;
        },
      }),
  },
  {
    name: 'will after silence',
    question: 'is a silent client with keep alive 10 s given up after 15 s?',
    source: PAGES.errors,
    observe: (site) =>
      afterwards(site, {
        keepAliveSeconds: 10,
        end: async (dying) => {
          await site.pass(12);
          const openAt12 = dying.isOpen;
          await site.pass(8);
          const farewell = wordingOf(await dying.next(({ cmd }) => cmd === 'disconnect'));
          return { 'open after 12 s': openAt12, 'open after 20 s': dying.isOpen, farewell };
        },
      }),
  },
  {
    name: 'will after a WebSocket close frame',
    question: 'does a close frame without DISCONNECT count as the client’s own disconnect?',
    source: PAGES.lifecycle,
    undocumented: { will: `behaviour.webSocketCloseDiscardsWill of ${PROFILE}` },
    observe: (site) =>
      afterwards(site, {
        dial: site.asByWebSocket(site.deployment.sensor),
        end: async (dying) => void (await dying.hangUp()),
      }),
  },
  {
    name: 'will delay interval',
    question: 'does a will with a delay of 20 s and a session of 60 s wait?',
    source: PAGES.wills,
    observe: (site) => delayed(site, SESSION_SECONDS),
  },
  {
    name: 'will delay interval beyond the session',
    question: 'does the end of the session, which is that of the connection, publish the will at once?',
    source: PAGES.wills,
    observe: (site) => delayed(site, 0),
  },
  {
    name: 'return within the will delay interval',
    question: 'is the will cancelled when the client is back in time?',
    source: PAGES.wills,
    observe: (site) =>
      afterwards(site, {
        will: { properties: { willDelayInterval: 10 } },
        sessionExpirySeconds: SESSION_SECONDS,
        end: async (dying, scene) => {
          dying.cut();
          await site.pass(2);
          await scene.enter(site.as(site.deployment.sensor), named(site.deployment.sensor, SAME_SESSION));
          await site.pass(12);
          return undefined;
        },
      }),
  },
  {
    name: 'will delay interval above 300 s',
    question: 'is a delay of 301 s refused, or lowered?',
    source: PAGES.wills,
    undocumented: { fate: `limits.willDelay.above of ${PROFILE}` },
    observe: (site) => fateOfWill(site, { properties: { willDelayInterval: 301 } }, 600),
  },
  {
    name: 'retained will',
    question: 'is a will with RETAIN accepted, and kept for those who come later?',
    source: PAGES.retain,
    undocumented: {
      fate: `features.retain of ${PROFILE}`,
      kept: `features.retain of ${PROFILE}`,
    },
    observe: retainedWill,
  },
  {
    name: 'user properties of a will',
    question: 'are they accepted, although those of CONNECT are not, and does a subscriber get them?',
    source: PAGES.support,
    undocumented: {
      fate: `features.userPropertiesOutsidePublish of ${PROFILE}`,
      arrive: 'checkWill of local/broker/connect/check-connect.ts',
    },
    observe: willUserProperties,
  },
  {
    name: 'will on a topic of somebody else',
    question: 'is a will that no permission binding covers refused at CONNECT?',
    source: PAGES.wills,
    undocumented: {
      'MQTT 5': 'willAuthorization of local/azure-cloud.ts',
      'MQTT 3.1.1': 'willAuthorization of local/azure-cloud.ts',
      'published when the client dies': 'willAuthorization of local/azure-cloud.ts',
    },
    observe: foreignWill,
  },
  {
    name: 'will with QoS 2',
    question: 'how is a will with QoS 2 refused?',
    source: PAGES.support,
    undocumented: { fate: `features.maximumQos of ${PROFILE}` },
    observe: (site) => fateOfWill(site, { qos: 2 }),
  },
];

const SAME_SESSION = { clean: false, properties: { sessionExpiryInterval: SESSION_SECONDS } };

async function takeOver(
  site: AzureSite,
  dying: Conversation,
  scene: Scene,
  { clean }: { readonly clean: boolean },
): Promise<Observations> {
  const { sensor } = site.deployment;
  await scene.enter(site.as(sensor), named(sensor, clean ? {} : SAME_SESSION));
  return { farewell: wordingOf(await dying.next(({ cmd }) => cmd === 'disconnect')) };
}

function delayed(site: AzureSite, sessionExpirySeconds: number): Promise<Observations> {
  const topic = statusTopicOf(site.deployment.sensor);
  return afterwards(site, {
    will: { properties: { willDelayInterval: 20 } },
    sessionExpirySeconds,
    end: async (dying, _scene, watcher) => {
      dying.cut();
      const before = whether(await watcher.message(topic));
      await site.pass(22);
      return { 'before the delay is over': before };
    },
  });
}

function fateOfWill(site: AzureSite, will: Partial<Will>, sessionExpiryInterval = 0): Promise<Observations> {
  const { sensor } = site.deployment;
  return Scene.play(site, async (scene) => {
    const client = await scene.open(site.as(sensor));
    const properties = { sessionExpiryInterval };
    const answer = await client.connect(named(sensor, { will: willOf(sensor, will), properties }));
    const fate = await fateOf(client, answer);
    await client.leave();
    await scene.enter(site.as(sensor), named(sensor));
    return { fate };
  });
}

function retainedWill(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  const topic = statusTopicOf(sensor);
  return Scene.play(site, async (scene) => {
    const client = await scene.open(site.as(sensor));
    const answer = await client.connect(named(sensor, { will: willOf(sensor, { retain: true }) }));
    const fate = await fateOf(client, answer);
    client.cut();
    await site.rest();
    const late = await scene.enter(site.as(actuator), named(actuator));
    await late.subscribe([STATUS_FILTER]);
    const kept = await late.message(topic);
    const cleaner = await scene.enter(site.as(sensor), named(sensor));
    if (kept !== undefined) await cleaner.publish(topic, '', { qos: 1, retain: true });
    return { fate, kept: kept !== undefined };
  });
}

function willUserProperties(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.as(actuator), named(actuator), [STATUS_FILTER]);
    const client = await scene.open(site.as(sensor));
    const properties = { contentType: 'text/plain', userProperties: { colour: 'red' } };
    const answer = await client.connect(named(sensor, { will: willOf(sensor, { properties }) }));
    const fate = await fateOf(client, answer);
    client.cut();
    const message = await watcher.message(statusTopicOf(sensor));
    return {
      fate,
      arrive: JSON.stringify(message?.properties?.userProperties ?? {}),
      contentType: message?.properties?.contentType ?? 'none',
    };
  });
}

function foreignWill(site: AzureSite): Promise<Observations> {
  const { sensor, otherSensor, actuator } = site.deployment;
  const topic = statusTopicOf(otherSensor);
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.as(actuator), named(actuator), [STATUS_FILTER]);
    const fate = async (protocolVersion: 4 | 5): Promise<string> => {
      const client = await scene.open(site.as(sensor), { protocolVersion });
      const answer = await client.connect(named(sensor, { will: willOf(sensor, { topic }) }));
      const seen = await fateOf(client, answer);
      client.cut();
      return seen;
    };
    const seen = { 'MQTT 5': await fate(5), 'MQTT 3.1.1': await fate(4) };
    return { ...seen, 'published when the client dies': whether(await watcher.message(topic)) };
  });
}

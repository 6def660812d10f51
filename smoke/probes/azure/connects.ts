import type { IConnackPacket } from 'mqtt-packet';
import type { ConnectOptions, ConversationOptions } from '../../mqtt/conversation';
import { announced, fateOf, wordingOf } from '../../mqtt/wording';
import type { AzureSite } from '../../sites/azure-site';
import type { Dial } from '../../sites/site';
import type { Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { named } from './client';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/azure.ts';
const NOT_AUTHORIZED = `reasons.refusal.notAuthorized of ${PROFILE}`;
const BOTH_VERSIONS = { 'MQTT 5': NOT_AUTHORIZED, 'MQTT 3.1.1': NOT_AUTHORIZED };

/** What CONNACK says, and whom it refuses. */
export const connectProbes: readonly Probe<AzureSite>[] = [
  {
    name: 'CONNACK',
    question: 'which limits and features does the broker announce?',
    source: PAGES.support,
    undocumented: {
      receiveMaximum: `limits.receiveMaximum of ${PROFILE}`,
      sharedSubscriptionAvailable: `features.sharedSubscriptions of ${PROFILE}`,
      retainAvailable: `features.retain of ${PROFILE}`,
      serverKeepAlive: `behaviour.saysEverythingInConnack of ${PROFILE}`,
      wildcardSubscriptionAvailable: `behaviour.saysEverythingInConnack of ${PROFILE}`,
    },
    observe: (site) => Scene.play(site, async (scene) => announced(await connack(site, scene))),
  },
  {
    name: 'keep alive',
    question: 'which keep alive does the broker grant instead of 0 and 2000 s?',
    source: PAGES.support,
    undocumented: { '0': `limits.keepAlive of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const granted = async (keepalive: number) =>
          (await connack(site, scene, { keepalive }))?.properties?.serverKeepAlive ?? 'not said';
        return { '0': await granted(0), '2000': await granted(2_000) };
      }),
  },
  {
    name: 'session expiry interval',
    question: 'what does CONNACK say of 300 s, and of a day, which is above the namespace’s hour?',
    source: PAGES.support,
    undocumented: { '300': `behaviour.sessionExpiryInConnack of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const granted = async (sessionExpiryInterval: number) => {
          const answer = await connack(site, scene, { properties: { sessionExpiryInterval } });
          return answer?.properties?.sessionExpiryInterval ?? 'not said';
        };
        const seen = { '300': await granted(300), '86400': await granted(86_400) };
        // A session of 0 s ends with its connection, so that the next probe finds none.
        await granted(0);
        return seen;
      }),
  },
  {
    name: 'empty client id',
    question: 'who gets a client id assigned?',
    source: PAGES.support,
    undocumented: { 'MQTT 3.1.1': `behaviour.assignsClientIdTo311 of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const answer = await connack(site, scene, { clientId: '' });
        return {
          'MQTT 5': wordingOf(answer),
          'an id is assigned': answer?.properties?.assignedClientIdentifier !== undefined,
          'MQTT 3.1.1': await fate(site, scene, { clientId: '' }, { protocolVersion: 4 }),
        };
      }),
  },
  {
    name: 'unknown client',
    question: 'how is an authentication name refused that the namespace does not know?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => bothVersions(site, { username: `${site.deployment.sensor}-nobody` }),
  },
  {
    name: 'certificate of somebody else',
    question: 'how is a client refused whose certificate has another thumbprint?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => bothVersions(site, { username: site.deployment.otherSensor }),
  },
  {
    name: 'no username',
    question: 'how is a client refused that does not say its authentication name?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => bothVersions(site, { username: undefined }),
  },
  {
    name: 'second session of one client',
    question: 'how is a second session refused where one is allowed?',
    source: PAGES.sessions,
    undocumented: { 'MQTT 5': `reasons.refusal.quotaExceeded of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { sensor } = site.deployment;
        await scene.enter(site.as(sensor), named(sensor));
        return { 'MQTT 5': await fate(site, scene, { clientId: `${sensor}-second` }) };
      }),
  },
  {
    name: 'session of another client',
    question: 'how is a client refused that takes the session name of another?',
    source: PAGES.support,
    undocumented: { 'MQTT 5': NOT_AUTHORIZED },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { sensor, otherSensor } = site.deployment;
        await scene.enter(site.as(otherSensor), named(otherSensor));
        return { 'MQTT 5': await fate(site, scene, { clientId: otherSensor, username: sensor }) };
      }),
  },
  {
    name: 'user properties in CONNECT',
    question: 'how are user properties refused that are not of a message?',
    source: PAGES.support,
    undocumented: { 'MQTT 5': `reasons.unexpectedUserProperties of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => ({
        'MQTT 5': await fate(site, scene, { properties: { userProperties: { colour: 'red' } } }),
      })),
  },
  {
    name: 'authentication method',
    question: 'how is an authentication method refused that the namespace does not know?',
    source: PAGES.authentication,
    undocumented: { 'MQTT 5': `reasons.refusal.badAuthenticationMethod of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const properties = { authenticationMethod: 'SMOKE', authenticationData: Buffer.from('x') };
        return { 'MQTT 5': await fate(site, scene, { properties }) };
      }),
  },
];

/** Connects as the sensor and leaves again. */
async function connack(
  site: AzureSite,
  scene: Scene,
  changes: Partial<ConnectOptions> = {},
): Promise<IConnackPacket | undefined> {
  const { sensor } = site.deployment;
  const client = await scene.open(site.as(sensor));
  const answer = await client.connect(named(sensor, changes));
  await client.leave();
  return answer?.cmd === 'connack' ? answer : undefined;
}

/** How a connect with the certificate of the sensor goes. */
async function fate(
  site: AzureSite,
  scene: Scene,
  changes: Partial<ConnectOptions>,
  speech: ConversationOptions = {},
  dial: Dial = site.as(site.deployment.sensor),
): Promise<string> {
  const client = await scene.open(dial, speech);
  return fateOf(client, await client.connect(named(site.deployment.sensor, changes)));
}

function bothVersions(site: AzureSite, changes: Partial<ConnectOptions>): Promise<Observations> {
  return Scene.play(site, async (scene) => ({
    'MQTT 5': await fate(site, scene, changes),
    'MQTT 3.1.1': await fate(site, scene, changes, { protocolVersion: 4 }),
  }));
}

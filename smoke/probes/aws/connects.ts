import type { IConnackPacket, IConnectPacket } from 'mqtt-packet';
import type { ConnectOptions } from '../../mqtt/conversation';
import { announced, fateOf, wordingOf } from '../../mqtt/wording';
import type { AwsSite } from '../../sites/aws-site';
import type { Dial } from '../../sites/site';
import type { Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/aws.ts';
const SESSION_EXPIRY = `behaviour.sessionExpiryInConnack of ${PROFILE}`;

/** What CONNACK says, and whom it refuses. */
export const connectProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'CONNACK',
    question: 'which limits and features does the broker announce?',
    source: PAGES.mqtt,
    undocumented: {
      maximumPacketSize: `limits.packetBytes of ${PROFILE}`,
      topicAliasMaximum: `limits.topicAliasMaximum of ${PROFILE}`,
      sharedSubscriptionAvailable: `features.sharedSubscriptions of ${PROFILE}`,
      sessionExpiryInterval: SESSION_EXPIRY,
    },
    observe: (site) =>
      Scene.play(site, async (scene) =>
        announced(await connack(scene, site.asDevice, { clientId: site.deployment.thing })),
      ),
  },
  {
    name: 'keep alive',
    question: 'which keep alive does the broker grant instead of 0, 10 and 2000 s?',
    source: PAGES.quotas,
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const granted = async (keepalive: number) => {
          const answer = await connack(scene, site.asDevice, { clientId: site.deployment.thing, keepalive });
          return answer?.properties?.serverKeepAlive ?? 'not said';
        };
        return { '0': await granted(0), '10': await granted(10), '2000': await granted(2_000) };
      }),
  },
  {
    name: 'session expiry interval',
    question: 'what does CONNACK say of 300 s, and of a day, which is above the account’s hour?',
    source: PAGES.mqtt,
    undocumented: { '300': SESSION_EXPIRY, '86400': SESSION_EXPIRY },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const granted = async (sessionExpiryInterval: number) => {
          const properties = { sessionExpiryInterval };
          const clientId = `${site.deployment.thing}-session`;
          const answer = await connack(scene, site.asOperator, { clientId, properties });
          return answer?.properties?.sessionExpiryInterval ?? 'not said';
        };
        const seen = { '300': await granted(300), '86400': await granted(86_400) };
        // With a session of 0 s the last one ends at once.
        await granted(0);
        return seen;
      }),
  },
  {
    name: 'empty client id',
    question: 'who gets a client id assigned?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `behaviour.assignsClientIdTo311 of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const answer = await connack(scene, site.asOperator, { clientId: '' });
        const old = await scene.open(site.asOperator, { protocolVersion: 4 });
        const refusal = await old.connect({ clientId: '' });
        return {
          'MQTT 5': wordingOf(answer),
          'an id is assigned': answer?.properties?.assignedClientIdentifier !== undefined,
          'MQTT 3.1.1': await fateOf(old, refusal),
        };
      }),
  },
  {
    name: 'client id of somebody else',
    question: 'how is a client id refused that the policy does not allow?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) => refusals(site, { clientId: `${site.deployment.thing}-somebody-else` }),
  },
  {
    name: 'will on a topic of somebody else',
    question: 'how is a will refused that the policy does not allow to publish?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) => refusals(site, withWill(site, { topic: `${site.deployment.probeTopic}/not-yours` })),
  },
  {
    name: 'retained will without iot:RetainPublish',
    question: 'is a retained will refused where only iot:Publish is allowed?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) => refusals(site, withWill(site, { retain: true })),
  },
  {
    name: 'will with QoS 2',
    question: 'how is a will with QoS 2 refused?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `reasons.badWill311 of ${PROFILE}` },
    observe: (site) => refusals(site, withWill(site, { qos: 2 })),
  },
  {
    name: 'will on a topic with too many levels',
    question: 'how is a will refused whose topic has nine levels?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `reasons.badWill311 of ${PROFILE}` },
    observe: (site) =>
      refusals(site, withWill(site, { topic: `${site.deployment.probeTopic}/3/4/5/6/7/8/9/10` }), site.asOperator),
  },
  {
    name: 'maximum packet size below 512',
    question: 'how is a client refused that takes packets of at most 511 bytes?',
    source: PAGES.quotas,
    undocumented: { 'MQTT 5': `limits.minimumClientPacketBytes of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const properties = { maximumPacketSize: 511 };
        const client = await scene.open(site.asDevice);
        const answer = await client.connect({ clientId: site.deployment.thing, properties });
        return { 'MQTT 5': await fateOf(client, answer) };
      }),
  },
];

async function connack(scene: Scene, dial: Dial, connect: ConnectOptions): Promise<IConnackPacket | undefined> {
  const client = await scene.open(dial);
  const answer = await client.connect(connect);
  await client.leave();
  return answer?.cmd === 'connack' ? answer : undefined;
}

function withWill(site: AwsSite, changes: Partial<NonNullable<IConnectPacket['will']>>): ConnectOptions {
  const { thing, willTopic: topic } = site.deployment;
  return { clientId: thing, will: { topic, payload: 'probe', qos: 0, retain: false, ...changes } };
}

/** How both versions of MQTT are refused. */
function refusals(site: AwsSite, connect: ConnectOptions, dial: Dial = site.asDevice): Promise<Observations> {
  return Scene.play(site, async (scene) => {
    const client = await scene.open(dial);
    const old = await scene.open(dial, { protocolVersion: 4 });
    return {
      'MQTT 5': await fateOf(client, await client.connect(connect)),
      'MQTT 3.1.1': await fateOf(old, await old.connect(connect)),
    };
  });
}

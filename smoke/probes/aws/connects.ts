import type { IConnectPacket } from 'mqtt-packet';
import type { ConnectOptions } from '../../mqtt/conversation';
import { announced } from '../../mqtt/wording';
import type { AwsSite } from '../../sites/aws-site';
import {
  assignedClientId,
  type Caller,
  connackOf,
  fateInBothVersions,
  fateOfConnect,
  grantedKeepAlives,
  grantedSessionExpiries,
} from '../connecting';
import type { Probe } from '../probe';
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
    observe: (site) => Scene.play(site, async (scene) => announced(await connackOf(scene, device(site)))),
  },
  {
    name: 'keep alive',
    question: 'which keep alive does the broker grant instead of 0, 10 and 2000 s?',
    source: PAGES.quotas,
    observe: (site) => grantedKeepAlives(site, device(site), [0, 10, 2_000]),
  },
  {
    name: 'session expiry interval',
    question: 'what does CONNACK say of 300 s, and of a day, which is above the account’s hour?',
    source: PAGES.mqtt,
    undocumented: { '300': SESSION_EXPIRY, '86400': SESSION_EXPIRY },
    observe: (site) => {
      const connect = { clientId: `${site.deployment.thing}-session` };
      return grantedSessionExpiries(site, { dial: site.asOperator, connect }, [300, 86_400]);
    },
  },
  {
    name: 'empty client id',
    question: 'who gets a client id assigned?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `behaviour.assignsClientIdTo311 of ${PROFILE}` },
    observe: (site) => assignedClientId(site, { dial: site.asOperator, connect: { clientId: '' } }),
  },
  {
    name: 'client id of somebody else',
    question: 'how is a client id refused that the policy does not allow?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) => fateInBothVersions(site, device(site, { clientId: `${site.deployment.thing}-somebody-else` })),
  },
  {
    name: 'will on a topic of somebody else',
    question: 'how is a will refused that the policy does not allow to publish?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) =>
      fateInBothVersions(site, device(site, withWill(site, { topic: `${site.deployment.probeTopic}/not-yours` }))),
  },
  {
    name: 'retained will without iot:RetainPublish',
    question: 'is a retained will refused where only iot:Publish is allowed?',
    source: PAGES.policies,
    undocumented: { 'MQTT 3.1.1': `reasons.refusal.notAuthorized of ${PROFILE}` },
    observe: (site) => fateInBothVersions(site, device(site, withWill(site, { retain: true }))),
  },
  {
    name: 'will with QoS 2',
    question: 'how is a will with QoS 2 refused?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `reasons.badWill311 of ${PROFILE}` },
    observe: (site) => fateInBothVersions(site, device(site, withWill(site, { qos: 2 }))),
  },
  {
    name: 'will on a topic with too many levels',
    question: 'how is a will refused whose topic has nine levels?',
    source: PAGES.mqtt,
    undocumented: { 'MQTT 3.1.1': `reasons.badWill311 of ${PROFILE}` },
    observe: (site) =>
      fateInBothVersions(site, {
        dial: site.asOperator,
        connect: withWill(site, { topic: `${site.deployment.probeTopic}/3/4/5/6/7/8/9/10` }),
      }),
  },
  {
    name: 'maximum packet size below 512',
    question: 'how is a client refused that takes packets of at most 511 bytes?',
    source: PAGES.quotas,
    undocumented: { 'MQTT 5': `limits.minimumClientPacketBytes of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const caller = device(site, { clientId: site.deployment.thing, properties: { maximumPacketSize: 511 } });
        return { 'MQTT 5': await fateOfConnect(scene, caller) };
      }),
  },
];

function device(site: AwsSite, connect: ConnectOptions = { clientId: site.deployment.thing }): Caller {
  return { dial: site.asDevice, connect };
}

function withWill(site: AwsSite, changes: Partial<NonNullable<IConnectPacket['will']>>): ConnectOptions {
  const { thing, willTopic: topic } = site.deployment;
  return { clientId: thing, will: { topic, payload: 'probe', qos: 0, retain: false, ...changes } };
}

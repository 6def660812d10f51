import type { Conversation } from '../../mqtt/conversation';
import { wordingOf } from '../../mqtt/wording';
import type { AwsSite } from '../../sites/aws-site';
import { fateOfPublish, MESSAGE_PROPERTIES, type Publishing, seenProperties } from '../messaging';
import type { Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/aws.ts';
const HANDLERS = 'local/broker/handlers/publish.ts';

/** What becomes of a publish, by whether it is allowed, well-formed and within limits. */
export const publishProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'publish that the policy forbids',
    question: 'what is answered, and does the connection outlive it?',
    source: PAGES.policies,
    undocumented: {
      'MQTT 5, QoS 1': `behaviour.deniedPublish of ${PROFILE}`,
      'MQTT 5, QoS 0': `behaviour.deniedQos0Publish of ${PROFILE}`,
      'MQTT 3.1.1, QoS 1': `behaviour.denied311Publish of ${PROFILE}`,
    },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const device = { dial: site.asDevice, connect: { clientId: site.deployment.thing } };
        const topic = `${site.deployment.probeTopic}/forbidden`;
        return {
          'MQTT 5, QoS 1': await fateOfPublish(scene, device, { topic, qos: 1 }),
          'MQTT 5, QoS 0': await fateOfPublish(scene, device, { topic, qos: 0 }),
          'MQTT 3.1.1, QoS 1': await fateOfPublish(scene, device, { topic, qos: 1 }, 4),
        };
      }),
  },
  {
    name: 'retained publish without iot:RetainPublish',
    question: 'what is answered where only iot:Publish is allowed?',
    source: PAGES.policies,
    undocumented: { 'QoS 1': `behaviour.deniedPublish of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { thing: clientId, connectedTopic: topic } = site.deployment;
        const device = { dial: site.asDevice, connect: { clientId } };
        return { 'QoS 1': await fateOfPublish(scene, device, { topic, qos: 1, retain: true }) };
      }),
  },
  {
    name: 'publish with QoS 2',
    question: 'how is QoS 2 refused?',
    source: PAGES.mqtt,
    observe: (site) => one(site, (topic) => ({ topic, qos: 2 })),
  },
  {
    name: 'topic alias above the maximum',
    question: 'how is topic alias 14 refused?',
    source: PAGES.mqtt,
    observe: (site) => one(site, (topic) => ({ topic, qos: 1, properties: { topicAlias: 14 } })),
  },
  {
    name: 'topic beyond the limits',
    question: 'how are too many levels, and too many bytes, refused?',
    source: PAGES.quotas,
    undocumented: { levels: `limits.topic of ${PROFILE}`, bytes: `limits.topic of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => ({
        levels: await asOperator(scene, site, { topic: `${site.deployment.probeTopic}/3/4/5/6/7/8/9/10`, qos: 1 }),
        bytes: await asOperator(scene, site, { topic: `${site.deployment.probeTopic}/${'x'.repeat(256)}`, qos: 1 }),
      })),
  },
  {
    name: 'payload beyond the limit',
    question: 'how is a payload of 128 KB and one byte refused?',
    source: PAGES.quotas,
    undocumented: { fate: `limits.payloadBytes of ${PROFILE}` },
    observe: (site) => one(site, (topic) => ({ topic, qos: 1, payload: Buffer.alloc(131_073, 'x') })),
  },
  {
    name: 'topic with a wildcard',
    question: 'how is a publish on a topic with # refused?',
    source: PAGES.mqtt,
    undocumented: { fate: `resolveTopic of ${HANDLERS}` },
    observe: (site) => one(site, (topic) => ({ topic: `${topic}/#`, qos: 1 })),
  },
  {
    name: 'message that nobody subscribed to',
    question: 'which reason code acknowledges it?',
    source: PAGES.mqtt,
    undocumented: { fate: `acknowledge of ${HANDLERS}` },
    observe: (site) => one(site, (topic) => ({ topic, qos: 1 })),
  },
  {
    name: 'properties of a message',
    question: 'which properties of a publish does a subscriber get, and with which QoS?',
    source: PAGES.mqtt,
    observe: publishedProperties,
  },
  {
    name: 'message expiry of 0 s',
    question: 'is a message expiry of 0 s raised to 1 s?',
    source: PAGES.quotas,
    undocumented: { 'arrives with': `limits.messageExpiry of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { watcher, operator, topic } = await couple(scene, site);
        await operator.publish(topic, 'probe', { qos: 1, properties: { messageExpiryInterval: 0 } });
        const message = await watcher.message(topic);
        return { 'arrives with': message?.properties?.messageExpiryInterval ?? 'none' };
      }),
  },
];

function one(site: AwsSite, publishing: (topic: string) => Publishing): Promise<Observations> {
  return Scene.play(site, async (scene) => ({
    fate: await asOperator(scene, site, publishing(`${site.deployment.probeTopic}/publish`)),
  }));
}

function asOperator(scene: Scene, site: AwsSite, publishing: Publishing): Promise<string> {
  const connect = { clientId: `${site.deployment.thing}-operator` };
  return fateOfPublish(scene, { dial: site.asOperator, connect }, publishing);
}

async function couple(
  scene: Scene,
  site: AwsSite,
): Promise<{ readonly watcher: Conversation; readonly operator: Conversation; readonly topic: string }> {
  const { thing, probeTopic } = site.deployment;
  const topic = `${probeTopic}/message`;
  const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [topic]);
  const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
  return { watcher, operator, topic };
}

function publishedProperties(site: AwsSite): Promise<Observations> {
  return Scene.play(site, async (scene) => {
    const { watcher, operator, topic } = await couple(scene, site);
    const answer = await operator.publish(topic, 'probe', { qos: 1, properties: MESSAGE_PROPERTIES });
    return { answer: wordingOf(answer), ...seenProperties(await watcher.message(topic)) };
  });
}

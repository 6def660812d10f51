import { wordingOf } from '../../mqtt/wording';
import type { AwsSite } from '../../sites/aws-site';
import { fateOfSubscribe, messagesOn, type Subscribing, seenOnResumption } from '../messaging';
import type { Probe } from '../probe';
import { Scene } from '../scene';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/aws.ts';

/** What becomes of subscriptions, and of sessions that outlive a connection. */
export const subscriptionProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'subscription that the policy forbids',
    question: 'what is answered, and does the connection outlive it?',
    source: PAGES.policies,
    undocumented: {
      'MQTT 5': `behaviour.deniedSubscribe of ${PROFILE}`,
      'MQTT 5, one of two': `behaviour.deniedSubscribe of ${PROFILE}`,
      'MQTT 3.1.1': `behaviour.denied311Subscribe of ${PROFILE}`,
    },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { thing: clientId, probeTopic, executedTopic } = site.deployment;
        const forbidden = `${probeTopic}/forbidden`;
        const device = { dial: site.asDevice, connect: { clientId } };
        return {
          'MQTT 5': await fateOfSubscribe(scene, device, [forbidden]),
          'MQTT 5, one of two': await fateOfSubscribe(scene, device, [executedTopic, forbidden]),
          'MQTT 3.1.1': await fateOfSubscribe(scene, device, [forbidden], { protocolVersion: 4 }),
        };
      }),
  },
  {
    name: 'subscription with QoS 2',
    question: 'which QoS is granted, or how is it refused?',
    source: PAGES.mqtt,
    undocumented: { fate: `features.maximumQos of ${PROFILE}` },
    observe: (site) => subscribing(site, 1, { qos: 2 }),
  },
  {
    name: 'nine filters in one SUBSCRIBE',
    question: 'how are more than eight filters refused?',
    source: PAGES.quotas,
    undocumented: { fate: `reasons.tooManyFilters of ${PROFILE}` },
    observe: (site) => subscribing(site, 9, {}),
  },
  {
    name: 'subscription identifier',
    question: 'how is a subscription identifier refused?',
    source: PAGES.mqtt,
    observe: (site) => subscribing(site, 1, { properties: { subscriptionIdentifier: 7 } }),
  },
  {
    name: 'filter with # and the level above it',
    question: 'does a/# match a, and a/?',
    source: PAGES.mqtt,
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { thing, probeTopic } = site.deployment;
        const top = `${probeTopic}/tree`;
        const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [`${top}/#`]);
        const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
        for (const topic of [top, `${top}/`, `${top}/leaf`]) await operator.publish(topic, 'probe', { qos: 1 });
        return {
          'a/leaf': (await watcher.message(`${top}/leaf`)) !== undefined,
          'a/': (await watcher.message(`${top}/`)) !== undefined,
          a: (await watcher.message(top)) !== undefined,
        };
      }),
  },
  {
    name: 'shared subscription',
    question: 'does one member of a group get the message?',
    source: PAGES.mqtt,
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { thing, probeTopic } = site.deployment;
        const topic = `${probeTopic}/shared`;
        const filters = [`$share/smoke/${topic}`];
        const one = await scene.watch(site.asOperator, { clientId: `${thing}-one` }, filters);
        const other = await scene.watch(site.asOperator, { clientId: `${thing}-other` }, filters);
        const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
        await operator.publish(topic, 'probe', { qos: 1 });
        const got = [await one.message(topic), await other.message(topic)].filter((each) => each !== undefined);
        return { 'copies of one message': got.length };
      }),
  },
  {
    name: 'session that is resumed',
    question: 'are subscriptions and QoS 1 messages kept, and with how much expiry left?',
    source: PAGES.mqtt,
    observe: (site) => Scene.play(site, (scene) => resumption(site, scene)),
  },
  {
    name: 'delivery without PUBACK',
    question: 'is it sent again within 40 s, with DUP, under the same packet id?',
    source: PAGES.mqtt,
    undocumented: {
      'sent again': `behaviour.redelivery of ${PROFILE}`,
      'with the same packet id': `behaviour.redelivery of ${PROFILE}`,
    },
    observe: (site) => Scene.play(site, (scene) => redelivery(site, scene)),
  },
];

function subscribing(site: AwsSite, count: number, options: Subscribing) {
  return Scene.play(site, async (scene) => {
    const { thing, probeTopic } = site.deployment;
    const operator = { dial: site.asOperator, connect: { clientId: `${thing}-operator` } };
    const filters = Array.from({ length: count }, (_, index) => `${probeTopic}/filter/${index}`);
    return { fate: await fateOfSubscribe(scene, operator, filters, options) };
  });
}

async function resumption(site: AwsSite, scene: Scene) {
  const { thing, probeTopic } = site.deployment;
  const topic = `${probeTopic}/offline`;
  const session = { clientId: `${thing}-sleeper`, clean: false, properties: { sessionExpiryInterval: 300 } };
  const sleeper = await scene.watch(site.asOperator, session, [topic]);
  await sleeper.leave();
  const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
  await operator.publish(topic, 'kept', { qos: 1, properties: { messageExpiryInterval: 120 } });
  await operator.publish(topic, 'expires', { qos: 1, properties: { messageExpiryInterval: 2 } });
  await operator.publish(topic, 'not kept', { qos: 0 });
  await site.pass(5);
  const woken = await scene.open(site.asOperator);
  const answer = await woken.connect(session);
  const messages = await messagesOn(woken, topic);
  await woken.leave();
  await scene.enter(site.asOperator, { clientId: session.clientId });
  return seenOnResumption(answer, messages);
}

async function redelivery(site: AwsSite, scene: Scene) {
  const { thing, probeTopic } = site.deployment;
  const topic = `${probeTopic}/again`;
  const deaf = await scene.enter(site.asOperator, { clientId: `${thing}-deaf` }, { withholdsAcknowledgements: true });
  await deaf.subscribe([topic]);
  await site.pass(1);
  const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
  const answer = wordingOf(await operator.publish(topic, 'probe', { qos: 1 }));
  const first = await deaf.message(topic);
  await site.pass(40);
  const again = await deaf.message(topic);
  return {
    answer,
    'sent again': again !== undefined,
    DUP: again?.dup ?? 'not sent again',
    'with the same packet id': again === undefined ? 'not sent again' : again.messageId === first?.messageId,
  };
}

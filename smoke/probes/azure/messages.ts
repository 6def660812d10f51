import type { IPublishPacket } from 'mqtt-packet';
import { STATUS_FILTER, statusTopicOf } from '../../../presence/default-topics';
import type { PublishOptions } from '../../mqtt/conversation';
import { fateOf, wordingOf } from '../../mqtt/wording';
import type { AzureSite } from '../../sites/azure-site';
import type { Caller } from '../connecting';
import {
  fateOfPublish,
  fateOfSubscribe,
  MESSAGE_PROPERTIES,
  messagesOn,
  type Publishing,
  type Subscribing,
  seenOnResumption,
  seenProperties,
} from '../messaging';
import type { Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { callerAs, named } from './client';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/azure.ts';
const HALF_MEGABYTE = 524_288;

/** What becomes of messages, subscriptions and sessions. */
export const messageProbes: readonly Probe<AzureSite>[] = [
  {
    name: 'publish that no binding covers',
    question: 'what is answered, and does the connection outlive it?',
    source: PAGES.errors,
    undocumented: {
      'MQTT 5, QoS 1': `behaviour.deniedPublish of ${PROFILE}`,
      'MQTT 5, QoS 0': `behaviour.deniedQos0Publish of ${PROFILE}`,
      'MQTT 3.1.1, QoS 1': `behaviour.denied311Publish of ${PROFILE}`,
    },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const topic = statusTopicOf(site.deployment.otherSensor);
        return {
          'MQTT 5, QoS 1': await fateOfPublish(scene, sensorOf(site), { topic, qos: 1 }),
          'MQTT 5, QoS 0': await fateOfPublish(scene, sensorOf(site), { topic, qos: 0 }),
          'MQTT 3.1.1, QoS 1': await fateOfPublish(scene, sensorOf(site), { topic, qos: 1 }, 4),
        };
      }),
  },
  {
    name: 'publish with QoS 2',
    question: 'how is QoS 2 refused?',
    source: PAGES.support,
    undocumented: { fate: `features.maximumQos of ${PROFILE}` },
    observe: (site) => onePublish(site, { qos: 2 }),
  },
  {
    name: 'topic alias above the maximum',
    question: 'how is topic alias 14 refused?',
    source: PAGES.support,
    undocumented: { fate: `limits.topicAliasMaximum of ${PROFILE}` },
    observe: (site) => onePublish(site, { qos: 1, properties: { topicAlias: 14 } }),
  },
  {
    name: 'packet beyond the limit',
    question: 'how is a packet of more than 512 KiB refused?',
    source: PAGES.support,
    undocumented: { fate: `limits.packetBytes of ${PROFILE}` },
    observe: (site) => onePublish(site, { qos: 1, payload: Buffer.alloc(HALF_MEGABYTE, 'x') }),
  },
  {
    name: 'topic that starts with $',
    question: 'how is a publish on a reserved topic refused?',
    source: PAGES.access,
    undocumented: { fate: `behaviour.reservesDollarTopics of ${PROFILE}` },
    observe: (site) => onePublish(site, { qos: 1, topic: '$smoke/probe' }),
  },
  {
    name: 'retained message',
    question: 'is it kept for those who come later?',
    source: PAGES.retain,
    observe: retainedMessage,
  },
  {
    name: 'message expiry of 0 s',
    question: 'does it mean that the message never expires?',
    source: PAGES.support,
    undocumented: { 'arrives with': `limits.messageExpiry of ${PROFILE}` },
    observe: (site) =>
      received(site, { messageExpiryInterval: 0 }, (message) => ({
        arrives: message !== undefined,
        'arrives with': message?.properties?.messageExpiryInterval ?? 'none',
      })),
  },
  {
    name: 'properties of a message',
    question: 'which properties of a publish does a subscriber get, and with which QoS?',
    source: PAGES.support,
    observe: (site) => received(site, MESSAGE_PROPERTIES, seenProperties),
  },
  {
    name: 'subscription that no template covers',
    question: 'what is answered, and does the connection outlive it?',
    source: PAGES.errors,
    undocumented: {
      'clients/#': `behaviour.deniedSubscribe of ${PROFILE}`,
      'one of two': `behaviour.deniedSubscribe of ${PROFILE}`,
      'MQTT 3.1.1': `behaviour.denied311Subscribe of ${PROFILE}`,
    },
    observe: (site) =>
      Scene.play(site, async (scene) => ({
        'one topic of the template': await fateOfSubscribe(scene, actuatorOf(site), [
          statusTopicOf(site.deployment.sensor),
        ]),
        'clients/#': await fateOfSubscribe(scene, actuatorOf(site), ['clients/#']),
        'one of two': await fateOfSubscribe(scene, actuatorOf(site), [STATUS_FILTER, 'elsewhere']),
        'MQTT 3.1.1': await fateOfSubscribe(scene, actuatorOf(site), ['clients/#'], { protocolVersion: 4 }),
      })),
  },
  {
    name: 'subscription with QoS 2',
    question: 'which QoS is granted, or how is it refused?',
    source: PAGES.support,
    undocumented: { fate: `features.maximumQos of ${PROFILE}` },
    observe: (site) => oneSubscription(site, [STATUS_FILTER], { qos: 2 }),
  },
  {
    name: 'shared subscription',
    question: 'how is a shared subscription refused?',
    source: PAGES.support,
    undocumented: { fate: `features.sharedSubscriptions of ${PROFILE}` },
    observe: (site) => oneSubscription(site, [`$share/smoke/${STATUS_FILTER}`]),
  },
  {
    name: 'subscription identifier',
    question: 'how is a subscription identifier refused?',
    source: PAGES.support,
    undocumented: { fate: `features.subscriptionIdentifiers of ${PROFILE}` },
    observe: (site) => oneSubscription(site, [STATUS_FILTER], { properties: { subscriptionIdentifier: 7 } }),
  },
  {
    name: 'user properties in SUBSCRIBE',
    question: 'how are user properties refused that are not of a message?',
    source: PAGES.support,
    undocumented: { fate: `reasons.unexpectedUserProperties of ${PROFILE}` },
    observe: (site) => oneSubscription(site, [STATUS_FILTER], { properties: { userProperties: { colour: 'red' } } }),
  },
  {
    name: 'eleven filters in one SUBSCRIBE',
    question: 'how are more than ten filters refused?',
    source: PAGES.quotas,
    undocumented: { fate: `reasons.tooManyFilters of ${PROFILE}` },
    observe: (site) => {
      const filters = Array.from({ length: 11 }, (_, index) => statusTopicOf(`sensor${index}`));
      return oneSubscription(site, filters);
    },
  },
  {
    name: 'delivery that a client refuses',
    question: 'does PUBACK 0x80 end the connection of the subscriber?',
    source: PAGES.support,
    observe: refusedDelivery,
  },
  {
    name: 'deliveries without PUBACK',
    question: 'after how many does the broker wait for a client that does not say its receive maximum?',
    source: PAGES.support,
    observe: unacknowledged,
  },
  {
    name: 'session that is resumed',
    question: 'are subscriptions and QoS 1 messages kept, and with how much expiry left?',
    source: PAGES.support,
    observe: resumption,
  },
];

const sensorOf = (site: AzureSite): Caller => callerAs(site, site.deployment.sensor);

const actuatorOf = (site: AzureSite): Caller => callerAs(site, site.deployment.actuator);

function onePublish(site: AzureSite, options: Partial<Publishing>): Promise<Observations> {
  const publishing = { topic: statusTopicOf(site.deployment.sensor), ...options };
  return Scene.play(site, async (scene) => ({ fate: await fateOfPublish(scene, sensorOf(site), publishing) }));
}

function oneSubscription(
  site: AzureSite,
  filters: readonly string[],
  options: Subscribing = {},
): Promise<Observations> {
  return Scene.play(site, async (scene) => ({
    fate: await fateOfSubscribe(scene, actuatorOf(site), filters, options),
  }));
}

/** What an actuator gets of a sensor's message. */
function received(
  site: AzureSite,
  properties: PublishOptions['properties'],
  read: (message: IPublishPacket | undefined) => Observations,
): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  return Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.as(actuator), named(actuator), [STATUS_FILTER]);
    const client = await scene.enter(site.as(sensor), named(sensor));
    const answer = wordingOf(await client.publish(statusTopicOf(sensor), 'probe', { qos: 1, properties }));
    return { answer, ...read(await watcher.message(statusTopicOf(sensor))) };
  });
}

function retainedMessage(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  const topic = statusTopicOf(sensor);
  return Scene.play(site, async (scene) => {
    const client = await scene.enter(site.as(sensor), named(sensor));
    const answer = await client.publish(topic, 'probe', { qos: 1, retain: true });
    const late = await scene.enter(site.as(actuator), named(actuator));
    await late.subscribe([STATUS_FILTER]);
    const kept = await late.message(topic);
    if (client.isOpen) await client.publish(topic, '', { qos: 1, retain: true });
    return {
      answer: wordingOf(answer),
      kept: kept !== undefined,
      'kept copy has RETAIN': kept?.retain ?? 'no message',
    };
  });
}

function refusedDelivery(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  return Scene.play(site, async (scene) => {
    const picky = await scene.enter(site.as(actuator), named(actuator), { withholdsAcknowledgements: true });
    await picky.subscribe([STATUS_FILTER]);
    await site.pass(1);
    const client = await scene.enter(site.as(sensor), named(sensor));
    await client.publish(statusTopicOf(sensor), 'probe', { qos: 1 });
    const message = await picky.message(statusTopicOf(sensor));
    picky.send({ cmd: 'puback', messageId: message?.messageId, reasonCode: 0x80 });
    return { delivered: message !== undefined, 'after PUBACK 0x80': await fateOf(picky, undefined) };
  });
}

function unacknowledged(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  const topic = statusTopicOf(sensor);
  return Scene.play(site, async (scene) => {
    const deaf = await scene.enter(site.as(actuator), named(actuator), { withholdsAcknowledgements: true });
    await deaf.subscribe([STATUS_FILTER]);
    await site.pass(1);
    const client = await scene.enter(site.as(sensor), named(sensor));
    for (let count = 0; count < 20; count++) await client.publish(topic, 'probe', { qos: 1 });
    return { 'of 20 messages': (await messagesOn(deaf, topic)).length };
  });
}

function resumption(site: AzureSite): Promise<Observations> {
  const { sensor, actuator } = site.deployment;
  const topic = statusTopicOf(sensor);
  return Scene.play(site, async (scene) => {
    const session = named(actuator, { clean: false, properties: { sessionExpiryInterval: 300 } });
    const sleeper = await scene.watch(site.as(actuator), session, [STATUS_FILTER]);
    await sleeper.leave();
    const client = await scene.enter(site.as(sensor), named(sensor));
    await client.publish(topic, 'kept', { qos: 1, properties: { messageExpiryInterval: 120 } });
    await client.publish(topic, 'expires', { qos: 1, properties: { messageExpiryInterval: 2 } });
    await site.pass(5);
    const woken = await scene.open(site.as(actuator));
    const answer = await woken.connect(session);
    const messages = await messagesOn(woken, topic);
    await woken.leave();
    await scene.enter(site.as(actuator), named(actuator));
    return seenOnResumption(answer, messages);
  });
}

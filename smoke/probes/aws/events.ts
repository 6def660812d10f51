import type { AwsSite } from '../../sites/aws-site';
import type { Observation, Observations, Probe } from '../probe';
import { Scene } from '../scene';
import { PAGES } from './pages';

const LIFECYCLE = 'local/aws/lifecycle.ts';

/** AWS's own events of connections: which there are, and which fields they have. */
export const eventProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'events of a connection',
    question: 'which fields have the lifecycle events of connecting, subscribing and disconnecting?',
    source: PAGES.lifecycle,
    undocumented: { 'QoS of events': `#send of ${LIFECYCLE}` },
    observe: (site) => Scene.play(site, (scene) => lifecycle(site, scene)),
  },
  {
    name: 'event of a refused connection',
    question: 'what does connect_failed say when the policy forbids the will?',
    source: PAGES.lifecycle,
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { thing, probeTopic } = site.deployment;
        const event = `$aws/events/presence/connect_failed/${thing}`;
        const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [event]);
        const device = await scene.open(site.asDevice);
        const will = { topic: `${probeTopic}/not-yours`, payload: 'probe', qos: 0, retain: false } as const;
        await device.connect({ clientId: thing, will });
        const fields = fieldsOf((await watcher.message(event))?.payload);
        return { fields: namesOf(fields), connectFailureReason: textOf(fields.connectFailureReason) };
      }),
  },
];

async function lifecycle(site: AwsSite, scene: Scene): Promise<Observations> {
  const { thing, executedTopic } = site.deployment;
  const topics = {
    connected: `$aws/events/presence/connected/${thing}`,
    subscribed: `$aws/events/subscriptions/subscribed/${thing}`,
    disconnected: `$aws/events/presence/disconnected/${thing}`,
  };
  const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, Object.values(topics));
  const device = await scene.enter(site.asDevice, { clientId: thing });
  await device.subscribe([executedTopic]);
  await site.rest();
  await device.leave();
  const connected = await watcher.message(topics.connected);
  const [start, subscribed, end] = [
    fieldsOf(connected?.payload),
    fieldsOf((await watcher.message(topics.subscribed))?.payload),
    fieldsOf((await watcher.message(topics.disconnected))?.payload),
  ];
  return {
    connected: namesOf(start),
    subscribed: namesOf(subscribed),
    'subscribed topics': JSON.stringify(subscribed.topics) === JSON.stringify([executedTopic]),
    disconnected: namesOf(end),
    'same version at both ends': start.versionNumber !== undefined && start.versionNumber === end.versionNumber,
    'same session at both ends':
      start.sessionIdentifier !== undefined && start.sessionIdentifier === end.sessionIdentifier,
    'QoS of events': connected?.qos ?? 'no event',
  };
}

function fieldsOf(payload: string | Buffer | undefined): Readonly<Record<string, unknown>> {
  return payload === undefined ? {} : JSON.parse(payload.toString());
}

function namesOf(fields: Readonly<Record<string, unknown>>): Observation {
  const names = Object.keys(fields).sort();
  return names.length === 0 ? 'no event' : names.join(', ');
}

function textOf(value: unknown): Observation {
  return value === undefined ? 'not said' : String(value);
}

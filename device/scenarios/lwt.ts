import { AWS_STACK_TOPICS } from '../../presence/default-topics';
import { lastWillPayload } from '../../presence/will-payload';
import { type Actor, Cast, on } from './cast';
import type { DeviceScenario, Stage } from './scenario';

/** What a deployed stack calls its parts. */
export interface LwtNames {
  /** The thing, which is also the client id. */
  readonly thing: string;
  readonly connectedTopic: string;
  readonly willTopic: string;
  /** Where the rule republishes the will. */
  readonly executedTopic: string;
}

const GREETING = '{"message": "AWS IoT Thing connected message to IoT Core"}';

/** Long enough to return to. */
const SESSION = { cleanStart: false, sessionExpirySeconds: 300 };

/**
 * A device vanishes and its will is published. Where nobody may watch the will's topic, the device takes over its own
 * session, which ends the old connection without DISCONNECT, and hears of its will by what the rule republishes.
 * @see https://aws.amazon.com/blogs/iot/monitor-aws-iot-connections-in-near-real-time-using-mqtt-lwt/
 */
export function lwtScenario(names: LwtNames): DeviceScenario {
  const { thing, connectedTopic, willTopic, executedTopic } = names;
  return {
    name: 'lwt',
    title: 'Last will: a device vanishes and everybody learns of it',
    home: 'aws',
    clients: [thing],
    play: async (stage) => {
      stage.reporter.part('the device vanishes');
      await Cast.play(stage, async (cast) => {
        const observer = await cast.observe([connectedTopic, willTopic, executedTopic]);
        await (observer === undefined ? vanishAndReturn(cast, names) : vanishWatched(cast, observer, names));
      });
      stage.reporter.part('the device says goodbye');
      await Cast.play(stage, (cast) => leaveProperly(cast, names));
    },
  };
}

/** The scenario with the names of the stack that deploys as it is. */
export const lwt = lwtScenario({ thing: 'lwtThing', ...AWS_STACK_TOPICS });

function willOf({ thing, willTopic }: LwtNames) {
  return { topic: willTopic, payload: lastWillPayload(thing), qos: 1 } as const;
}

async function vanishWatched(cast: Cast, observer: Actor, names: LwtNames): Promise<void> {
  const { thing, connectedTopic, willTopic, executedTopic } = names;
  const will = willOf(names);
  const device = await cast.connect(thing, { will });
  await device.agent.publish(connectedTopic, GREETING);
  await cast.expectMessage(observer, 'the observer sees the device connect', on(connectedTopic, GREETING));
  const cutAt = cast.stage.clock.now();
  await device.agent.cut();
  await cast.expectMessage(observer, 'the observer sees the will', on(willTopic, will.payload), cutAt);
  if (!hasRule(cast.stage)) return;
  await cast.expectMessage(observer, 'the observer sees the will republished by the rule', on(executedTopic), cutAt);
}

async function vanishAndReturn(cast: Cast, names: LwtNames): Promise<void> {
  const { thing, connectedTopic, executedTopic } = names;
  cast.stage.reporter.note(
    'nobody may watch the will topic here; the device learns of its will when its session is taken over',
  );
  const former = await cast.connect(thing);
  await former.agent.disconnect();
  const device = await cast.connect(thing, { will: willOf(names), ...SESSION });
  await device.agent.subscribe(connectedTopic);
  await device.agent.subscribe(executedTopic);
  await device.agent.publish(connectedTopic, GREETING);
  await cast.expectMessage(device, 'the device sees its own greeting', on(connectedTopic, GREETING));
  const lostAt = cast.stage.clock.now();
  // The old connection ends without DISCONNECT, so its will is published; the new one is there to hear of it.
  const heir = await cast.connect(thing, SESSION);
  await cast.expectMessage(heir, 'the will was published and republished by the rule', on(executedTopic), lostAt);
}

async function leaveProperly(cast: Cast, names: LwtNames): Promise<void> {
  const { thing, willTopic, executedTopic } = names;
  const observer = await cast.observe([willTopic, executedTopic]);
  const will = willOf(names);
  const device = await cast.connect(thing, { will, ...(observer === undefined ? SESSION : {}) });
  if (observer === undefined) await device.agent.subscribe(executedTopic);
  await device.agent.disconnect();
  if (observer === undefined) await device.agent.connect();
  await cast.expectNothing(observer ?? device, 'DISCONNECT causes no will');
}

/** Only a cloud has the rule that republishes the will. */
function hasRule(stage: Stage): boolean {
  return stage.target === 'aws';
}

import { lastWillPayload } from '../../presence/will-payload';
import { type Actor, Cast, on } from './cast';
import type { DeviceScenario, Stage } from './scenario';

const THING = 'lwtThing';
const CONNECTED = '/lwt/connected/topic';
const WILL = '/last/will/topic';
const EXECUTED = '/lwt/executed';
const GREETING = '{"message": "AWS IoT Thing connected message to IoT Core"}';

/**
 * A device vanishes and its will is published. Where nobody may watch the will's topic, the device takes over its own
 * session, which ends the old connection without DISCONNECT, and hears of its will by what the rule republishes.
 * @see https://aws.amazon.com/blogs/iot/monitor-aws-iot-connections-in-near-real-time-using-mqtt-lwt/
 */
export const lwt: DeviceScenario = {
  name: 'lwt',
  title: 'Last will: a device vanishes and everybody learns of it',
  home: 'aws',
  clients: [THING],
  play: async (stage) => {
    stage.reporter.part('the device vanishes');
    await Cast.play(stage, async (cast) => {
      const observer = await cast.observe([CONNECTED, WILL, EXECUTED]);
      await (observer === undefined ? vanishAndReturn(cast) : vanishWatched(cast, observer));
    });
    stage.reporter.part('the device says goodbye');
    await Cast.play(stage, leaveProperly);
  },
};

/** Long enough to return to. */
const SESSION = { cleanStart: false, sessionExpirySeconds: 300 };

const will = { topic: WILL, payload: lastWillPayload(THING), qos: 1 } as const;

async function vanishWatched(cast: Cast, observer: Actor): Promise<void> {
  const device = await cast.connect(THING, { will });
  await device.agent.publish(CONNECTED, GREETING);
  await cast.expectMessage(observer, 'the observer sees the device connect', on(CONNECTED, GREETING));
  const cutAt = cast.stage.clock.now();
  await device.agent.cut();
  await cast.expectMessage(observer, 'the observer sees the will', on(WILL, will.payload), cutAt);
  if (!hasRule(cast.stage)) return;
  await cast.expectMessage(observer, 'the observer sees the will republished by the rule', on(EXECUTED), cutAt);
}

async function vanishAndReturn(cast: Cast): Promise<void> {
  cast.stage.reporter.note(
    'nobody may watch the will topic here; the device learns of its will when its session is taken over',
  );
  const former = await cast.connect(THING);
  await former.agent.disconnect();
  const device = await cast.connect(THING, { will, ...SESSION });
  await device.agent.subscribe(CONNECTED);
  await device.agent.subscribe(EXECUTED);
  await device.agent.publish(CONNECTED, GREETING);
  await cast.expectMessage(device, 'the device sees its own greeting', on(CONNECTED, GREETING));
  const lostAt = cast.stage.clock.now();
  // The old connection ends without DISCONNECT, so its will is published; the new one is there to hear of it.
  const heir = await cast.connect(THING, SESSION);
  await cast.expectMessage(heir, 'the will was published and republished by the rule', on(EXECUTED), lostAt);
}

async function leaveProperly(cast: Cast): Promise<void> {
  const observer = await cast.observe([WILL, EXECUTED]);
  const device = await cast.connect(THING, { will, ...(observer === undefined ? SESSION : {}) });
  if (observer === undefined) await device.agent.subscribe(EXECUTED);
  await device.agent.disconnect();
  if (observer === undefined) await device.agent.connect();
  await cast.expectNothing(observer ?? device, 'DISCONNECT causes no will');
}

/** Only a cloud has the rule that republishes the will. */
function hasRule(stage: Stage): boolean {
  return stage.target === 'aws';
}

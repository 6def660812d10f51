import { type Actor, Cast, on } from './cast';
import type { DeviceScenario, ScenarioTimings } from './scenario';

const UNLOCK = 'vehicle/driver_door/lock';
const PRE_HEAT = 'vehicle/air_conditioner/set';

/** Commands for a vehicle that is away: old ones must not take effect, and a session does not wait forever. */
export const expiry: DeviceScenario = {
  name: 'expiry',
  title: 'Message expiry, session expiry and clean start: commands for a vehicle without reception',
  home: 'aws',
  clients: ['TestThing04-Sub', 'TestThing04-Pub'],
  play: async (stage) => {
    const { timings, reporter } = stage;
    reporter.part('back at once');
    await Cast.play(stage, (cast) => backAtOnce(cast, timings));
    reporter.part(`back after ${timings.absenceSeconds} s`);
    await Cast.play(stage, (cast) => backLate(cast, timings));
    reporter.part(`back after ${timings.absenceSeconds} s with a session of ${timings.shortExpirySeconds} s`);
    await Cast.play(stage, (cast) => sessionGone(cast, timings));
  },
};

async function backAtOnce(cast: Cast, timings: ScenarioTimings): Promise<void> {
  const vehicle = await sentWhileAway(cast, timings, timings.longSessionExpirySeconds);
  await returns(cast, vehicle, { sessionPresent: true });
  for (const [topic, text, seconds] of [
    [UNLOCK, 'UNLOCK', timings.shortExpirySeconds],
    [PRE_HEAT, 'PRE_HEAT', timings.longMessageExpirySeconds],
  ] as const) {
    const message = await cast.expectMessage(vehicle, `${text} arrives`, on(topic, text));
    const left = message?.messageExpirySeconds;
    const what = `${text} comes with the seconds that are left of ${seconds}`;
    cast.stage.reporter.step({ what, ok: left !== undefined && left <= seconds, detail: String(left) });
  }
}

async function backLate(cast: Cast, timings: ScenarioTimings): Promise<void> {
  const vehicle = await sentWhileAway(cast, timings, timings.longSessionExpirySeconds);
  await cast.wait(timings.absenceSeconds);
  await returns(cast, vehicle, { sessionPresent: true });
  await cast.expectMessage(vehicle, 'PRE_HEAT arrives', on(PRE_HEAT, 'PRE_HEAT'));
  await cast.expectNothing(vehicle, 'UNLOCK has expired', on(UNLOCK));
}

async function sessionGone(cast: Cast, timings: ScenarioTimings): Promise<void> {
  const vehicle = await sentWhileAway(cast, timings, timings.shortExpirySeconds);
  await cast.wait(timings.absenceSeconds);
  await returns(cast, vehicle, { sessionPresent: false });
  await cast.expectNothing(vehicle, 'nothing arrives');
}

/** A vehicle subscribes and goes; then both commands are sent. */
async function sentWhileAway(cast: Cast, timings: ScenarioTimings, sessionExpirySeconds: number): Promise<Actor> {
  // What an earlier run left in the session must not count.
  const former = await cast.connect('TestThing04-Sub', { cleanStart: true });
  await former.agent.disconnect();
  const vehicle = await cast.connect('TestThing04-Sub', { cleanStart: false, sessionExpirySeconds });
  await vehicle.agent.subscribe('vehicle/#', 1);
  await vehicle.agent.disconnect();
  const owner = await cast.connect('TestThing04-Pub');
  await owner.agent.publish(UNLOCK, 'UNLOCK', { messageExpirySeconds: timings.shortExpirySeconds });
  await owner.agent.publish(PRE_HEAT, 'PRE_HEAT', { messageExpirySeconds: timings.longMessageExpirySeconds });
  await owner.agent.disconnect();
  return vehicle;
}

async function returns(cast: Cast, vehicle: Actor, expected: { readonly sessionPresent: boolean }): Promise<void> {
  const { sessionPresent } = await vehicle.agent.connect();
  const what = expected.sessionPresent ? 'the broker still has the session' : 'the broker no longer has the session';
  cast.stage.reporter.step({ what, ok: sessionPresent === expected.sessionPresent });
}

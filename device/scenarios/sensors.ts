import { STATUS_FILTER, statusTopicOf } from '../../presence/default-topics';
import { type Actor, Cast, on } from './cast';
import type { DeviceScenario } from './scenario';

const SENSORS = ['sensor1', 'sensor2'] as const;
const ACTUATORS = ['actuator1', 'actuator2'] as const;

function willOf(name: string) {
  return { topic: statusTopicOf(name), payload: 'offline', qos: 1 } as const;
}

/**
 * Sensors that leave properly cause nothing; sensors that vanish are noticed by every actuator.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support#last-will-and-testament-lwt-messages
 */
export const sensor: DeviceScenario = {
  name: 'sensor',
  title: 'Sensors: their wills reach every actuator',
  home: 'azure',
  clients: [...SENSORS, ...ACTUATORS],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const actuators = await enterActuators(cast);
      stage.reporter.part('both sensors disconnect');
      for (const { agent } of await enterSensors(cast)) await agent.disconnect();
      for (const actuator of actuators) await cast.expectNothing(actuator, `${actuator.name} hears nothing`, offline);
      stage.reporter.part('both sensors are cut off');
      const sensors = await enterSensors(cast);
      const cutAt = stage.clock.now();
      await Promise.all(sensors.map(({ agent }) => agent.cut()));
      for (const actuator of actuators) {
        for (const name of SENSORS) {
          await cast.expectMessage(
            actuator,
            `${actuator.name} hears that ${name} is offline`,
            on(statusTopicOf(name), 'offline'),
            cutAt,
          );
        }
      }
    }),
};

/** Actuators act on what sensors measure, and change their behaviour as soon as one of them vanishes. */
export const actuator: DeviceScenario = {
  name: 'actuator',
  title: 'Actuators: they stop acting on a sensor that vanished',
  home: 'azure',
  clients: [...SENSORS, ...ACTUATORS],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const actuators = await enterActuators(cast);
      const absent = new Map(actuators.map((each) => [each.name, absentSensors(each)]));
      const modes = (what: string, expected: boolean): void => {
        for (const [name, missing] of absent) {
          const detail =
            missing.size === 0 ? 'acts on its sensors' : `safe position, without ${[...missing].join(', ')}`;
          stage.reporter.step({ what: `${name} ${what}`, ok: missing.size > 0 === expected, detail });
        }
      };
      const [first] = await enterSensors(cast);
      modes('acts while every sensor is there', false);
      const cutAt = stage.clock.now();
      await first?.agent.cut();
      for (const each of actuators) {
        await cast.expectMessage(
          each,
          `${each.name} hears that sensor1 is offline`,
          on(statusTopicOf('sensor1'), 'offline'),
          cutAt,
        );
      }
      modes('goes to its safe position', true);
      await first?.agent.connect();
      await first?.agent.publish(statusTopicOf('sensor1'), 'online');
      for (const each of actuators) {
        await cast.expectMessage(
          each,
          `${each.name} hears that sensor1 is back`,
          on(statusTopicOf('sensor1'), 'online'),
        );
      }
      modes('acts again', false);
    }),
};

function offline(message: { readonly payload: Buffer }): boolean {
  return message.payload.toString() === 'offline';
}

/** The sensors that an actuator knows to be away, kept up by what it hears. */
function absentSensors({ agent }: Actor): ReadonlySet<string> {
  const absent = new Set<string>();
  agent.on('message', ({ topic, payload }) => {
    const name = topic.split('/')[1] ?? topic;
    if (payload.toString() === 'offline') absent.add(name);
    else absent.delete(name);
  });
  return absent;
}

async function enterActuators(cast: Cast): Promise<Actor[]> {
  const actuators = await Promise.all(ACTUATORS.map((name) => cast.connect(name, { username: name })));
  for (const { agent } of actuators) await agent.subscribe(STATUS_FILTER, 1);
  return actuators;
}

function enterSensors(cast: Cast): Promise<Actor[]> {
  return Promise.all(SENSORS.map((name) => cast.connect(name, { username: name, will: willOf(name) })));
}

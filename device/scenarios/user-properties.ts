import type { IncomingMessage } from '../message';
import { Cast, on } from './cast';
import type { DeviceScenario } from './scenario';

interface Sensor {
  readonly name: string;
  readonly payload: string;
  readonly userProperties?: Readonly<Record<string, string>>;
  readonly value: string;
}

const SENSORS: readonly Sensor[] = [
  {
    name: 'sensor01',
    payload: '23.4',
    userProperties: { 'Content-Type': 'text/plain', 'Hardware-Revision': 'brandX-rev1.17c' },
    value: '23.4',
  },
  {
    name: 'sensor02',
    payload: Buffer.from('23.7').toString('base64'),
    userProperties: { 'Content-Type': 'base64', 'Hardware-Manufacturer': 'brandX-rev8.2' },
    value: '23.7',
  },
  { name: 'sensor03', payload: '24.4', value: '24.4' },
];

/** Sensors of different makes say in user properties how to read what they send. */
export const userProperties: DeviceScenario = {
  name: 'user-properties',
  title: 'User properties: a gateway reads sensors of different makes',
  home: 'aws',
  clients: ['TestThing02'],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const gateway = await cast.connect('TestThing02');
      await gateway.agent.subscribe('sensors/gateway01/#');
      for (const sensor of SENSORS) {
        const topic = `sensors/gateway01/${sensor.name}`;
        const properties = sensor.userProperties === undefined ? {} : { userProperties: sensor.userProperties };
        await gateway.agent.publish(topic, sensor.payload, properties);
        const message = await cast.expectMessage(gateway, `the gateway hears ${sensor.name}`, on(topic));
        if (message === undefined) continue;
        const detail = `${sensor.payload} is ${decode(message)}`;
        stage.reporter.step({ what: `its reading is ${sensor.value}`, ok: decode(message) === sensor.value, detail });
        const kept = Object.entries(sensor.userProperties ?? {}).every(
          ([name, value]) => message.userProperties?.[name] === value,
        );
        stage.reporter.step({
          what: 'its user properties arrived',
          ok: kept,
          detail: JSON.stringify(message.userProperties ?? {}),
        });
      }
    }),
};

/** The reading of a sensor, decoded as its `Content-Type` says; without one it is plain text. */
function decode({ payload, userProperties: properties }: IncomingMessage): string {
  const text = payload.toString();
  return properties?.['Content-Type'] === 'base64' ? Buffer.from(text, 'base64').toString() : text;
}

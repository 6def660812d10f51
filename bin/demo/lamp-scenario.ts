import { DEVICE_SCENARIOS, DeviceAgent } from '../../device';
import { serveBroker } from '../../local/broker/serve';
import { AgentPool, playDeviceScenarios } from './device-stage';
import type { Scenario } from './scenario';

/** Lamp presence with retained wills on the bare broker: what plays here plays on any MQTT broker. */
export function lampScenario(): Scenario {
  return {
    name: 'lamp',
    title: 'Any broker: the last known state of a lamp, kept by a retained will',
    play: async (reporter) => {
      const serving = await serveBroker({ profile: 'mqtt', host: '127.0.0.1', port: 0 });
      const endpoint = serving.urls[0]?.[1] ?? '';
      reporter.note(`bare broker on ${endpoint}, profile mqtt`);
      const pool = new AgentPool();
      const device = (clientId: string, options = {}) => pool.add(new DeviceAgent({ endpoint, clientId, ...options }));
      const scenarios = DEVICE_SCENARIOS.filter(({ name }) => name === 'lamp');
      try {
        await playDeviceScenarios(
          scenarios,
          { target: 'mqtt', device, observer: () => device('lastwill-observer') },
          reporter,
        );
      } finally {
        await pool.dismiss();
        await serving.close();
      }
    },
  };
}

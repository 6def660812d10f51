import { Cast, on } from './cast';
import type { DeviceScenario } from './scenario';

const STATE = 'state/test';

/** A lamp says that it is on; its will says that it is off, and both are retained: the last known state survives. */
export const lamp: DeviceScenario = {
  name: 'lamp',
  title: 'Lamp presence with a retained will',
  home: 'mqtt',
  clients: ['lamp', 'lamp-watcher', 'lamp-late-watcher'],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      // AWS IoT Core delivers retained messages to exact filters only.
      const filter = stage.target === 'aws' ? STATE : 'state/+';
      const device = cast.enter('lamp', { will: { topic: STATE, payload: 0, qos: 1, retain: true } });
      await device.agent.connect();
      // A state that an earlier run left behind must not count.
      await device.agent.publish(STATE, undefined, { retain: true });
      const watcher = await cast.connect('lamp-watcher');
      await watcher.agent.subscribe(filter);
      await device.agent.publish(STATE, 1, { retain: true });
      await cast.expectMessage(watcher, 'the watcher sees the lamp on', on(STATE, '1'));
      const cutAt = stage.clock.now();
      await device.agent.cut();
      await cast.expectMessage(watcher, 'the process dies and the watcher sees the lamp off', on(STATE, '0'), cutAt);
      const late = await cast.connect('lamp-late-watcher');
      await late.agent.subscribe(filter);
      const state = await cast.expectMessage(late, 'a watcher that comes later sees the last known state', on(STATE));
      const right = state?.retain === true && state.payload.toString() === '0';
      stage.reporter.step({ what: 'it is the retained will', ok: right });
      await cast.expectNothing(late, 'it sees nothing else');
    }),
};

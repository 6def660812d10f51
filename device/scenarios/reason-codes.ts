import type { DeviceAgent } from '../agent';
import type { Verdict } from '../connector';
import { describeReason } from '../reason-codes';
import { Cast } from './cast';
import type { DeviceScenario } from './scenario';
import { TEMPERATURE_TOPIC } from './topic-alias';

const TOPIC_ALIAS_INVALID = 148;

/** A device that breaks a rule is told which one, and does not break it again in a loop. */
export const reasonCodes: DeviceScenario = {
  name: 'reason-codes',
  title: 'Reason codes and server disconnect: a device learns why it was thrown out',
  home: 'aws',
  clients: ['TestThing05'],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const { reporter, timings } = stage;
      const { agent } = cast.enter('TestThing05');
      const { topicAliasMaximum } = await agent.connect();
      await agent.publish(TEMPERATURE_TOPIC, '23.4');
      reporter.step({ what: 'a message without an alias is accepted', ok: true, detail: 'PUBACK' });
      const alias = Math.max(14, topicAliasMaximum + 1);
      reporter.note(`publishing with alias ${alias}; the broker takes ${topicAliasMaximum} at most`);
      const ended = Promise.race([firstVerdict(agent), cast.wait(timings.patienceSeconds)]);
      agent
        .publish(TEMPERATURE_TOPIC, '23.5', { topicAlias: alias })
        .catch((error: Error) => reporter.note(error.message));
      const verdict = await ended;
      const code = verdict?.reasonCode;
      const what = `the broker disconnects with ${describeReason(TOPIC_ALIAS_INVALID)}`;
      reporter.step({ what, ok: code === TOPIC_ALIAS_INVALID, detail: verdict?.reason ?? 'it did not disconnect' });
      const stopped = verdict?.decision === 'stop' && !agent.connected;
      reporter.step({ what: 'the device does not connect again', ok: stopped, detail: verdict?.decision });
    }),
};

function firstVerdict(agent: DeviceAgent): Promise<Verdict> {
  return new Promise((resolve) => agent.once('decision', resolve));
}

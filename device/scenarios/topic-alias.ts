import { Cast, on } from './cast';
import type { DeviceScenario } from './scenario';

/** 82 bytes. */
export const TEMPERATURE_TOPIC = 'sensors/field/field001/equipments/a804e598-ee90-4f89-9cde-458f8fe9b980/temperature';

const ALIAS = 1;
/** Identifier and two bytes of value (MQTT 5, 3.3.2.3.4). */
const ALIAS_PROPERTY_BYTES = 3;

/** A long topic is sent once; after that an alias of two bytes stands for it. */
export const topicAlias: DeviceScenario = {
  name: 'topic-alias',
  title: 'Topic alias: a long topic is sent once',
  home: 'aws',
  clients: ['TestThing03'],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const field = await cast.connect('TestThing03');
      await field.agent.subscribe(TEMPERATURE_TOPIC);
      await field.agent.publish(TEMPERATURE_TOPIC, '23.4', { topicAlias: ALIAS });
      await field.agent.publish('', '25.5', { topicAlias: ALIAS });
      await field.agent.publish('', '22.2', { topicAlias: ALIAS });
      for (const reading of ['23.4', '25.5', '22.2']) {
        await cast.expectMessage(field, `${reading} arrives on the full topic`, on(TEMPERATURE_TOPIC, reading));
      }
      const topicBytes = Buffer.byteLength(TEMPERATURE_TOPIC);
      const saved = 2 * topicBytes - 3 * ALIAS_PROPERTY_BYTES;
      stage.reporter.note(
        `saved ${saved} bytes: the topic of ${topicBytes} bytes left out twice, ${ALIAS_PROPERTY_BYTES} bytes of alias in each of 3 messages`,
      );
    }),
};

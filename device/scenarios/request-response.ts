import { Cast, on } from './cast';
import type { DeviceScenario } from './scenario';

const COMMANDS = 'home07/main_door/lock';
const STATUS = 'home07/main_door/status';
const CORRELATION = '{"user_profile_id": 4, "request_id": "eb1bd30a-c7e6-42a4-9e00-d5baee89f65c"}';

/**
 * An app asks a door lock to lock; the answer finds the question by its correlation data.
 * @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Request_/_Response
 */
export const requestResponse: DeviceScenario = {
  name: 'request-response',
  title: 'Request and response: a door lock answers the app that asked',
  home: 'aws',
  clients: ['TestThing01'],
  play: (stage) =>
    Cast.play(stage, async (cast) => {
      const { reporter, timings } = stage;
      const { agent } = await cast.connect('TestThing01');
      await agent.subscribe('home07/main_door/#');
      agent.on('message', ({ topic, responseTopic, correlationData }) => {
        if (topic !== COMMANDS || responseTopic === undefined) return;
        reporter.note(`the lock is asked on ${topic} and answers on ${responseTopic}`);
        agent.publish(responseTopic, 'USER_IS_NOT_AUTHENTICATED', { correlationData }).catch((error: Error) => {
          reporter.step({ what: 'the lock answers', ok: false, detail: error.message });
        });
      });
      const askedAt = stage.clock.now();
      const answer = await agent.request(COMMANDS, 'LOCK', {
        responseTopic: STATUS,
        correlationData: Buffer.from(CORRELATION),
        timeoutSeconds: timings.patienceSeconds,
      });
      const milliseconds = stage.clock.now() - askedAt;
      const text = answer.payload.toString();
      const accepts = on(STATUS, 'USER_IS_NOT_AUTHENTICATED');
      reporter.step({ what: 'the app gets the answer of the lock', ok: accepts(answer), milliseconds, detail: text });
      const repeated = answer.correlationData?.toString();
      reporter.step({
        what: 'the answer repeats the correlation data',
        ok: repeated === CORRELATION,
        detail: repeated,
      });
    }),
};

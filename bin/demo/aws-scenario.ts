import { join } from 'node:path';
import { DeviceAgent, type DeviceAgentOptions } from '../../device';
import { Engine } from '../../local/engine';
import type { StampedEntry } from '../../local/event-log';
import type { InProcessClient } from '../../local/in-process-client';
import type { RunningCloud } from '../../local/state/running-file';
import { AWS_STACK_TOPICS } from '../../presence/default-topics';
import { lastWillPayload } from '../../presence/will-payload';
import { synthesizeOwnAwsTemplate } from '../local/templates';
import { readStoredCredentials } from '../store/stored-credentials';
import { Expectations, type ExpectedEvent, type ExpectedMessage } from './expectations';
import { identityTls } from './identity-tls';
import type { Reporter, Scenario } from './scenario';
import { Watch } from './watch';

const THING = 'lwtThing';
const UNCOVERED_TOPIC = '/somebody/elses/topic';
const { willTopic: WILL_TOPIC, connectedTopic: CONNECTED_TOPIC, executedTopic: EXECUTED_TOPIC } = AWS_STACK_TOPICS;
const CONNECTED_MESSAGE = '{"message":"AWS IoT Thing connected message to IoT Core"}';
/** AWS takes no keep alive below 30 s; silence would then take 45 s to be noticed. */
const SHORT_KEEP_ALIVE_SECONDS = 2;

const CONNECTED: ExpectedMessage = { what: 'connected message', topic: CONNECTED_TOPIC, payload: CONNECTED_MESSAGE };
const WILL: ExpectedMessage = { what: 'will', topic: WILL_TOPIC, payload: lastWillPayload(THING) };
const REPUBLISHED: ExpectedMessage = {
  what: 'will, republished by the rule',
  topic: EXECUTED_TOPIC,
  payload: lastWillPayload(THING),
};
const EMAIL: ExpectedEvent = {
  what: 'e-mail',
  fits: (entry) => entry.type === 'email',
  detail: (entry) => `to ${String(entry.details?.to)}`,
};

/** The last-will story on AWS: cut off, silent, graceful, and refused. */
export function awsScenario(stateDirectory: string): Scenario {
  return {
    name: 'aws',
    title: 'AWS IoT Core: an e-mail as soon as a device drops off',
    play: async (reporter) => {
      const stage = await AwsStage.open(stateDirectory, reporter);
      try {
        await stage.cutOff();
        await stage.silent();
        await stage.graceful();
        await stage.refused();
      } finally {
        await stage.close();
      }
    },
  };
}

interface AwsStageParts {
  readonly engine: Engine;
  readonly cloud: RunningCloud;
  readonly observer: InProcessClient;
  readonly expectations: Expectations;
  readonly reporter: Reporter;
}

/** The embedded AWS with our own stack, an observer, and one device at a time. */
class AwsStage {
  private constructor(private readonly parts: AwsStageParts) {}

  static async open(stateDirectory: string, reporter: Reporter): Promise<AwsStage> {
    const started = Watch.now();
    const store = join(stateDirectory, 'certificates');
    const template = await synthesizeOwnAwsTemplate(store);
    reporter.note(`the template that cdk deploy would deploy, synthesized in ${Math.round(Watch.now() - started)} ms`);
    const expectations = new Expectations(reporter);
    const credentials = readStoredCredentials(store, 'aws');
    const engine = await Engine.start({
      aws: { templates: [template], minimumKeepAliveSeconds: SHORT_KEEP_ALIVE_SECONDS },
      stateDirectory,
      findPrivateKey: (_cloud, certificatePem) => credentials.privateKeyOf(certificatePem),
      onEvent: (entry) => expectations.seeEvent(entry),
    });
    const { aws: cloud } = await engine.listen();
    if (cloud === undefined) throw new Error('the engine runs no AWS');
    const observer = await engine.connect('aws', 'iam:console', { clientId: 'console' });
    await observer.subscribe([CONNECTED_TOPIC, WILL_TOPIC, EXECUTED_TOPIC], { qos: 1 });
    observer.onMessage((message) => expectations.seeMessage('console', message));
    reporter.note(`embedded AWS IoT Core on ${cloud.endpoint}, mutual TLS; an IAM identity observes`);
    return new AwsStage({ engine, cloud, observer, expectations, reporter });
  }

  async cutOff(): Promise<void> {
    const { reporter, expectations, engine } = this.parts;
    reporter.part(`${THING} is cut off: its socket is destroyed, without DISCONNECT`);
    const device = this.#device();
    const arriving = Watch.now();
    await this.#arrive(device);
    const cut = Watch.now();
    await device.cut();
    await expectations.expect(cut, WILL, REPUBLISHED, EMAIL);
    const order = [CONNECTED_TOPIC, WILL_TOPIC, EXECUTED_TOPIC];
    expectations.expectOrder(
      'the observer saw connected message, will, republished will, in this order',
      arriving,
      order,
    );
    const email = engine.emails.at(-1);
    if (email?.path !== undefined) reporter.note(`${email.path}\n${textOf(email.rfc822)}`);
  }

  async silent(): Promise<void> {
    const { reporter, expectations, engine } = this.parts;
    reporter.part(`${THING} falls silent: no packet, socket open, keep alive ${SHORT_KEEP_ALIVE_SECONDS} s`);
    const device = this.#device({ keepAliveSeconds: SHORT_KEEP_ALIVE_SECONDS });
    await this.#arrive(device);
    const silence = Watch.now();
    const over = device.fallSilent();
    const givenUp: ExpectedEvent = {
      what: 'given up after 1.5 x keep alive',
      fits: ({ type, details }) => type === 'disconnect' && details?.cause === 'keepAliveTimeout',
    };
    await expectations.expect(silence, givenUp, WILL, REPUBLISHED, EMAIL);
    await over;
    await device.disconnect();
    const path = engine.emails.at(-1)?.path;
    if (path !== undefined) reporter.note(path);
    reporter.note('AWS itself takes at least 45 s: its lowest keep alive is 30 s, which this demo lowers');
  }

  async graceful(): Promise<void> {
    const { reporter, expectations, engine, observer } = this.parts;
    reporter.part(`${THING} disconnects properly`);
    const device = this.#device();
    await this.#arrive(device);
    const goodbye = Watch.now();
    await device.disconnect();
    await expectations.expect(goodbye, {
      what: 'the broker received DISCONNECT',
      fits: ({ type, details }) => type === 'disconnect' && details?.cause === 'clientDisconnect',
    });
    await engine.aws?.rules.whenIdle();
    await observer.ping();
    expectations.expectNothing('no message, no rule, no e-mail', goodbye, (sight) =>
      'entry' in sight ? isConsequence(sight.entry) : true,
    );
  }

  async refused(): Promise<void> {
    const { reporter, expectations } = this.parts;
    reporter.part(`${THING} asks for a will on ${UNCOVERED_TOPIC}, which its policy does not cover`);
    const start = Watch.now();
    const device = this.#device({ will: { topic: UNCOVERED_TOPIC, payload: 'gone' } });
    const failed = await device.connect().then(
      () => false,
      () => true,
    );
    reporter.step({ what: 'the connection is refused', ok: failed, milliseconds: Watch.now() - start });
    await device.disconnect();
    const isRefusal: ExpectedEvent['fits'] = ({ type, action }) => type === 'refused' && action === 'iot:Publish';
    await expectations.expect(start, { what: 'the event log says why', fits: isRefusal });
    reporter.note(expectations.findEvent(start, isRefusal)?.reason ?? '');
  }

  close(): Promise<void> {
    return this.parts.engine.stop();
  }

  #device(changes: Partial<DeviceAgentOptions> = {}): DeviceAgent {
    const { cloud } = this.parts;
    return new DeviceAgent({
      endpoint: cloud.endpoint,
      clientId: THING,
      keepAliveSeconds: 30,
      initialConnect: 'once',
      tls: identityTls(cloud, THING),
      will: { topic: WILL_TOPIC, payload: lastWillPayload(THING), qos: 0 },
      ...changes,
    });
  }

  async #arrive(device: DeviceAgent): Promise<void> {
    const arriving = Watch.now();
    await device.connect();
    await device.publish(CONNECTED_TOPIC, CONNECTED_MESSAGE, { qos: 1 });
    await this.parts.expectations.expect(arriving, CONNECTED);
  }
}

/** Whether somebody would notice the event: not AWS's own lifecycle messages, which tell of every disconnect. */
function isConsequence({ type, topic }: StampedEntry): boolean {
  return ['publish', 'rule', 'action', 'email'].includes(type) && topic?.startsWith('$aws/events/') !== true;
}

/** The text of an e-mail, without its headers. */
function textOf(rfc822: Buffer): string {
  const text = rfc822.toString().replaceAll('\r\n', '\n');
  return text.slice(text.indexOf('\n\n') + 2).trimEnd();
}

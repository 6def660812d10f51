import { join } from 'node:path';
import { DeviceAgent, type DeviceAgentOptions } from '../../device';
import { Engine } from '../../local/engine';
import type { StampedEntry } from '../../local/event-log';
import type { InProcessClient, ReceivedMessage } from '../../local/in-process-client';
import type { RunningCloud } from '../../local/state/running-file';
import { lastWillPayload } from '../../presence/will-payload';
import { synthesizeOwnAwsTemplate } from '../local/aws-templates';
import { readStoredCredentials } from '../store/stored-credentials';
import type { Reporter, Scenario } from './scenario';
import { Watch } from './watch';

type Item = { readonly message: ReceivedMessage } | { readonly entry: StampedEntry };

const THING = 'lwtThing';
const WILL_TOPIC = '/last/will/topic';
const CONNECTED_TOPIC = '/lwt/connected/topic';
const EXECUTED_TOPIC = '/lwt/executed';
const CONNECTED_MESSAGE = '{"message":"AWS IoT Thing connected message to IoT Core"}';
/** AWS takes no keep alive below 30 s; silence would then take 45 s to be noticed. */
const SHORT_KEEP_ALIVE_SECONDS = 2;
const PATIENCE_MILLISECONDS = 10_000;

/** The last-will story on AWS: cut off, silent, graceful, and refused. */
export function awsScenario(stateDirectory: string): Scenario {
  return {
    name: 'aws',
    title: 'AWS IoT Core: an e-mail as soon as a device drops off, from the template that `cdk deploy` deploys',
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

/** The embedded AWS with our own stack, an observer, and one device at a time. */
class AwsStage {
  readonly #watch: Watch<Item>;

  private constructor(
    watch: Watch<Item>,
    private readonly engine: Engine,
    private readonly cloud: RunningCloud,
    private readonly observer: InProcessClient,
    private readonly reporter: Reporter,
  ) {
    this.#watch = watch;
  }

  static async open(stateDirectory: string, reporter: Reporter): Promise<AwsStage> {
    const started = Watch.now();
    const store = join(stateDirectory, 'certificates');
    const template = await synthesizeOwnAwsTemplate(store);
    reporter.note(`synthesized the stack in ${Math.round(Watch.now() - started)} ms`);
    const watch = new Watch<Item>();
    const credentials = readStoredCredentials(store, 'aws');
    const engine = await Engine.start({
      aws: { templates: [template], minimumKeepAliveSeconds: SHORT_KEEP_ALIVE_SECONDS },
      stateDirectory,
      findPrivateKey: (_cloud, certificatePem) => credentials.privateKeyOf(certificatePem),
      onEvent: (entry) => watch.show({ entry }),
    });
    const { aws } = await engine.listen();
    if (aws === undefined) throw new Error('the engine runs no AWS');
    const observer = await engine.connect('aws', 'iam:console', { clientId: 'console' });
    await observer.subscribe([CONNECTED_TOPIC, WILL_TOPIC, EXECUTED_TOPIC], { qos: 1 });
    observer.onMessage((message) => watch.show({ message }));
    reporter.note(`embedded AWS IoT Core on ${aws.endpoint}, mutual TLS; an IAM identity observes`);
    return new AwsStage(watch, engine, aws, observer, reporter);
  }

  async cutOff(): Promise<void> {
    this.reporter.part(`${THING} is cut off: its socket is destroyed, without DISCONNECT`);
    const device = this.#device();
    const arriving = Watch.now();
    await this.#arrive(device, arriving);
    const cut = Watch.now();
    await device.cut();
    await this.#expectAlarm(cut);
    this.reporter.step({
      what: 'the observer saw connected message, will, republished will, in this order',
      ok: this.#inOrder(arriving),
    });
  }

  async silent(): Promise<void> {
    this.reporter.part(`${THING} falls silent: no packet, socket open`);
    const device = this.#device({ keepAliveSeconds: SHORT_KEEP_ALIVE_SECONDS });
    await this.#arrive(device, Watch.now());
    const silence = Watch.now();
    const over = device.fallSilent();
    await this.#expectAlarm(silence);
    await this.#expectEvent(
      `the broker gave it up after 1.5 x ${SHORT_KEEP_ALIVE_SECONDS} s keep alive`,
      silence,
      (entry) => entry.type === 'disconnect' && entry.details?.cause === 'keepAliveTimeout',
    );
    await over;
    await device.disconnect();
    this.reporter.note(
      `AWS itself takes 45 s: its lowest keep alive is 30 s (this demo lowers it to ${SHORT_KEEP_ALIVE_SECONDS} s)`,
    );
  }

  async graceful(): Promise<void> {
    this.reporter.part(`${THING} disconnects properly`);
    const device = this.#device();
    await this.#arrive(device, Watch.now());
    const goodbye = Watch.now();
    await device.disconnect();
    await this.#expectEvent(
      'the broker received DISCONNECT',
      goodbye,
      (entry) => entry.type === 'disconnect' && entry.details?.cause === 'clientDisconnect',
    );
    await this.engine.aws?.rules.whenIdle();
    await this.observer.ping();
    const caused = this.#watch
      .since(goodbye)
      .filter(({ item }) => !('entry' in item) || ['will', 'email', 'rule'].includes(item.entry.type));
    this.reporter.step({ what: 'no will, no rule, no e-mail', ok: caused.length === 0 });
  }

  async refused(): Promise<void> {
    this.reporter.part(`${THING} asks for a will on a topic that its policy does not cover`);
    const start = Watch.now();
    const device = this.#device({ will: { topic: '/somebody/elses/topic', payload: 'gone' } });
    const failure = await device.connect().then(
      () => undefined,
      (error: Error) => error.message,
    );
    this.reporter.step({
      what: 'the connection is refused',
      ok: failure !== undefined,
      milliseconds: Watch.now() - start,
      ...(failure === undefined ? {} : { detail: failure }),
    });
    await device.disconnect();
    const seen = await this.#expectEvent(
      'the log says why',
      start,
      (entry) => entry.type === 'refused' && entry.action === 'iot:Publish',
    );
    if (seen?.reason !== undefined) this.reporter.note(seen.reason);
  }

  async close(): Promise<void> {
    await this.engine.stop();
  }

  #device(changes: Partial<DeviceAgentOptions> = {}): DeviceAgent {
    const directory = this.cloud.identities[THING]?.directory ?? '';
    return new DeviceAgent({
      endpoint: this.cloud.endpoint,
      target: 'mqtt',
      clientId: THING,
      keepAliveSeconds: 30,
      initialConnect: 'once',
      tls: {
        rootCa: { path: join(directory, 'AmazonRootCA1.pem') },
        certificate: { path: join(directory, 'client-cert.pem') },
        privateKey: { path: join(directory, 'private-key.pem') },
      },
      will: { topic: WILL_TOPIC, payload: lastWillPayload(THING), qos: 0 },
      ...changes,
    });
  }

  async #arrive(device: DeviceAgent, since: number): Promise<void> {
    await device.connect();
    await device.publish(CONNECTED_TOPIC, CONNECTED_MESSAGE, { qos: 1 });
    await this.#expectMessage('connected message', CONNECTED_TOPIC, CONNECTED_MESSAGE, since);
  }

  async #expectAlarm(since: number): Promise<void> {
    await this.#expectMessage('will', WILL_TOPIC, lastWillPayload(THING), since);
    await this.#expectMessage('will, republished by the rule', EXECUTED_TOPIC, lastWillPayload(THING), since);
    await this.#expectEvent(
      'e-mail',
      since,
      (entry) => entry.type === 'email',
      (entry) => `to ${String(entry.details?.to)}`,
    );
    const email = this.engine.emails.at(-1);
    if (email?.path !== undefined) this.reporter.note(`${email.path}\n${textOf(email.rfc822)}`);
  }

  async #expectMessage(what: string, topic: string, payload: string, since: number): Promise<void> {
    const fits = (item: Item): boolean =>
      'message' in item && item.message.topic === topic && item.message.payload.toString() === payload;
    const seen = await this.#watch.until(fits, { since, withinMilliseconds: PATIENCE_MILLISECONDS });
    const time = seen === undefined ? {} : { milliseconds: seen.at - since };
    this.reporter.step({ what, ok: seen !== undefined, detail: topic, ...time });
  }

  async #expectEvent(
    what: string,
    since: number,
    fits: (entry: StampedEntry) => boolean,
    detail?: (entry: StampedEntry) => string,
  ): Promise<StampedEntry | undefined> {
    const seen = await this.#watch.until((item) => 'entry' in item && fits(item.entry), {
      since,
      withinMilliseconds: PATIENCE_MILLISECONDS,
    });
    const entry = seen !== undefined && 'entry' in seen.item ? seen.item.entry : undefined;
    const time = seen === undefined ? {} : { milliseconds: seen.at - since };
    this.reporter.step({
      what,
      ok: entry !== undefined,
      ...time,
      ...(entry === undefined || detail === undefined ? {} : { detail: detail(entry) }),
    });
    return entry;
  }

  #inOrder(since: number): boolean {
    const topics = this.#watch.since(since).flatMap(({ item }) => ('message' in item ? [item.message.topic] : []));
    return topics.join() === [CONNECTED_TOPIC, WILL_TOPIC, EXECUTED_TOPIC].join();
  }
}

/** The text of an e-mail, without its headers. */
function textOf(rfc822: Buffer): string {
  const text = rfc822.toString().replaceAll('\r\n', '\n');
  return text.slice(text.indexOf('\n\n') + 2).trimEnd();
}

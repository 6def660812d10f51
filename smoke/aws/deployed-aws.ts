import { existsSync, symlinkSync } from 'node:fs';
import { MQTT_PORT } from '../../bin/cloud/find-endpoint';
import type { OpenedAws } from '../../bin/cloud/open-aws';
import { deviceDirectory } from '../../bin/store/store';
import { IotRegistry } from '../../cloud-clients/aws/iot-registry';
import { describeStack } from '../../cloud-clients/aws/stack-description';
import { DeviceAgent, type DeviceAgentOptions, type ScenarioStep } from '../../device';
import { lwtScenario } from '../../device/scenarios/lwt';
import type { TemplateSource } from '../../local/template/cloudformation';
import { LastwillError } from '../../presence/errors';
import { lastWillPayload } from '../../presence/will-payload';
import { unlessInterrupted } from '../interrupted';
import type { Comparison } from '../probes/comparison';
import { probeInTurn } from '../probes/in-turn';
import { Scene } from '../probes/scene';
import { tryUntilTrue } from '../run/attempts';
import type { ExaminedDeploymentOptions } from '../run/examined-deployment';
import type { Examination } from '../run/smoke-cloud';
import type { AwsDeployment, AwsSite } from '../sites/aws-site';
import { readClientIdentity } from '../sites/client-identity';
import { embeddedAws } from '../sites/embedded-aws';
import { realAws } from '../sites/real-aws';
import { playStory } from '../story';
import { confirmedEndpoints } from './aws-plan';

/** A stack that is deployed, and how it is examined. */
export interface DeployedAwsOptions extends ExaminedDeploymentOptions<AwsSite> {
  readonly opened: OpenedAws;
  readonly region: string;
  readonly stackName: string;
  /** Name of the device in the store and in the stack's outputs. */
  readonly deviceName: string;
  /** Name of the thing, which is also its client id. */
  readonly thing: string;
  readonly probeTopic: string;
  /** What was deployed. */
  readonly templates: () => readonly TemplateSource[];
}

/** How often it is looked whether a new deployment is in force, and how long to wait between. */
const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_SECONDS = 10;

/** The stack in its account: gets its certificate, diagnoses it, plays its story, compares it with the embedded one. */
export class DeployedAws {
  readonly #options: DeployedAwsOptions;
  #names: Promise<AwsDeployment> | undefined;

  constructor(options: DeployedAwsOptions) {
    this.#options = options;
  }

  get pull(): Examination {
    const { deviceName, thing, store, stackName, lastwill } = this.#options;
    const run = async (): Promise<void> => {
      await lastwill(['certificates', 'pull', deviceName, '--stack', stackName, ...this.#common()]);
      // Later commands know the device by the name of its thing.
      const path = deviceDirectory(store, 'aws', thing);
      if (thing !== deviceName && !existsSync(path)) symlinkSync(deviceName, path);
    };
    return { name: 'certificates pull', isNeeded: true, run };
  }

  get doctor(): Examination {
    const { thing, lastwill } = this.#options;
    const run = async (): Promise<void> => {
      const { willTopic } = await this.#deployment();
      await lastwill(['doctor', 'aws', '--device', thing, '--will-topic', willTopic, ...this.#common()]);
    };
    return { name: 'doctor', isNeeded: false, run };
  }

  /** Waits until rule and role are in force: IAM takes a while to know a new role everywhere. */
  get inForce(): Examination {
    return { name: 'in force', isNeeded: false, run: () => this.#awaitRule() };
  }

  /** Waits until somebody has opened the link of the first e-mail, so that those of the story arrive. */
  emailConfirmed(minutes: number): Examination {
    return { name: 'e-mail confirmed', isNeeded: false, run: () => this.#awaitConfirmation(minutes) };
  }

  async story(): Promise<readonly ScenarioStep[]> {
    const { thing, clock, signal, say, patienceSeconds } = this.#options;
    const [deployment, host] = [await this.#deployment(), await this.#host()];
    return playStory(lwtScenario(deployment), {
      clock,
      signal,
      say,
      patienceSeconds,
      target: 'aws',
      device: (clientId, options) => new DeviceAgent({ ...this.#asDevice(host), ...options, clientId }),
      observer: () => new DeviceAgent(this.#asOperator(host, `${thing}-observer`)),
    });
  }

  async compare(): Promise<Comparison> {
    const { templates, probes, signal, say } = this.#options;
    const real = await this.#site();
    const embedded = await embeddedAws({ templates: templates() }, real.deployment);
    return probeInTurn({ probes, real, embedded, signal, say });
  }

  #deployment(): Promise<AwsDeployment> {
    this.#names ??= this.#namesOf();
    return this.#names;
  }

  async #namesOf(): Promise<AwsDeployment> {
    const { opened, stackName, thing, probeTopic } = this.#options;
    const { outputs } = await describeStack(opened.session, stackName);
    const output = (key: string): string => {
      const value = outputs[key];
      if (value !== undefined) return value;
      throw new LastwillError(
        'NOT_DEPLOYED',
        `stack ${stackName} has no output ${key}: deploy bin/aws.ts of this version`,
      );
    };
    return {
      thing,
      probeTopic,
      willTopic: output('WillTopic'),
      connectedTopic: output('ConnectedTopic'),
      executedTopic: output('ExecutedTopic'),
      ruleName: output('RuleName'),
    };
  }

  #host(): Promise<string> {
    return new IotRegistry(this.#options.opened.session).dataEndpoint();
  }

  async #site(): Promise<AwsSite> {
    const { opened, region, webSocketPort, store, deviceName, clock, patienceSeconds } = this.#options;
    const { session, embedded } = opened;
    return realAws({
      deployment: await this.#deployment(),
      session,
      host: await this.#host(),
      port: embedded?.port ?? MQTT_PORT,
      webSocketPort,
      region,
      identity: readClientIdentity(store, 'aws', deviceName),
      ...(embedded === undefined ? {} : { rootCa: embedded.rootCa }),
      credentials: () => session.iot.config.credentials(),
      clock,
      patienceSeconds,
    });
  }

  async #awaitRule(): Promise<void> {
    const { signal } = this.#options;
    const site = await this.#site();
    const options = { signal, attempts: ATTEMPTS, betweenSeconds: BETWEEN_ATTEMPTS_SECONDS };
    const problem = await tryUntilTrue(site, whyNotInForce, options);
    if (problem !== undefined) throw new LastwillError('NOT_DEPLOYED', problem);
  }

  async #awaitConfirmation(minutes: number): Promise<void> {
    const { opened, stackName, clock, signal, say } = this.#options;
    const { NotificationTopicArn: topicArn = '' } = (await describeStack(opened.session, stackName)).outputs;
    const until = clock.now() + minutes * 60_000;
    say(`  open the link in the e-mail "AWS Notification - Subscription Confirmation" within ${minutes} minutes`);
    while ((await confirmedEndpoints(opened.session, topicArn)).length === 0) {
      if (clock.now() >= until) {
        throw new LastwillError('NOT_DEPLOYED', `nobody has confirmed to be told by ${topicArn}`);
      }
      const pause = new Promise<void>((resolve) => void clock.schedule(BETWEEN_ATTEMPTS_SECONDS * 1000, resolve));
      await unlessInterrupted(signal, pause);
    }
  }

  #asDevice(host: string): Pick<DeviceAgentOptions, 'endpoint' | 'port' | 'target' | 'tls'> {
    const { opened, store, deviceName } = this.#options;
    const { certificate, privateKey } = readClientIdentity(store, 'aws', deviceName);
    const tls = { certificate: { pem: certificate }, privateKey: { pem: privateKey }, ...this.#root() };
    return { endpoint: host, port: opened.embedded?.port ?? MQTT_PORT, target: 'aws', tls };
  }

  #asOperator(host: string, clientId: string): DeviceAgentOptions {
    const { opened, region, webSocketPort: port } = this.#options;
    const credentials = () => opened.session.iot.config.credentials();
    const awsSignature = { credentials, region };
    const place = { endpoint: host, port, target: 'aws', webSocket: true, tls: this.#root() } as const;
    return { ...place, clientId, awsSignature, initialConnect: 'once' };
  }

  #root(): DeviceAgentOptions['tls'] {
    const { embedded } = this.#options.opened;
    return embedded === undefined ? {} : { rootCa: { pem: embedded.rootCa } };
  }

  #common(): string[] {
    const { store, state, region } = this.#options;
    return ['--store', store, '--state', state, '--region', region];
  }
}

/** Why the rule does not republish a will; `undefined` when it does. */
async function whyNotInForce(site: AwsSite): Promise<string | undefined> {
  const { thing, willTopic: topic, executedTopic } = site.deployment;
  const { republished } = await Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [executedTopic]);
    const will = { topic, payload: lastWillPayload(thing), qos: 1, retain: false } as const;
    (await scene.enter(site.asDevice, { clientId: thing, will })).cut();
    return { republished: (await watcher.message(executedTopic)) !== undefined };
  });
  return republished === true ? undefined : `the rule did not republish a will of ${thing} on ${executedTopic}`;
}

import { MQTT_PORT } from '../../bin/cloud/find-endpoint';
import type { OpenedAzure } from '../../bin/cloud/open-azure';
import { findNamespace, mqttHostOf } from '../../cloud-clients/azure/namespaces';
import { DeviceAgent, type DeviceAgentOptions, type ScenarioStep } from '../../device';
import { sensor } from '../../device/scenarios/sensors';
import type { TemplateSource } from '../../local/template/template-source';
import { STATUS_FILTER, statusTopicOf } from '../../presence/default-topics';
import { LastwillError } from '../../presence/errors';
import { named } from '../probes/azure/client';
import type { Comparison } from '../probes/comparison';
import { probeInTurn } from '../probes/in-turn';
import { Scene } from '../probes/scene';
import { tryUntilTrue } from '../run/attempts';
import type { ExaminedDeploymentOptions } from '../run/examined-deployment';
import type { Examination } from '../run/smoke-cloud';
import type { AzureDeployment, AzureSite } from '../sites/azure-site';
import { readClientIdentity } from '../sites/client-identity';
import { embeddedAzure } from '../sites/embedded-azure';
import { realAzure } from '../sites/real-azure';
import { playStory } from '../story';

/** The clients of the stack. */
export const CLIENTS: AzureDeployment = {
  sensor: 'sensor1',
  otherSensor: 'sensor2',
  actuator: 'actuator1',
  otherActuator: 'actuator2',
};

/** A stack that is deployed, and how it is examined. */
export interface DeployedAzureOptions extends ExaminedDeploymentOptions<AzureSite> {
  readonly opened: OpenedAzure;
  /** @default - the only one */
  readonly namespace?: string;
  /** @default - any */
  readonly resourceGroup?: string;
  /** What was deployed. */
  readonly template: () => TemplateSource;
}

/** How often it is looked whether a new deployment is in force, and how long to wait between. */
const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_SECONDS = 15;

/** The stack in its subscription: diagnoses it, plays its story, compares it with the embedded one. */
export class DeployedAzure {
  readonly #options: DeployedAzureOptions;

  constructor(options: DeployedAzureOptions) {
    this.#options = options;
  }

  get doctor(): Examination {
    const { lastwill, store, state, opened, namespace, resourceGroup } = this.#options;
    const flags = {
      '--device': CLIENTS.sensor,
      '--store': store,
      '--state': state,
      '--subscription': opened.session.subscriptionId,
      '--namespace': namespace,
      '--resource-group': resourceGroup,
    };
    const words = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
    return { name: 'doctor', isNeeded: false, run: () => lastwill(['doctor', 'azure', ...words]) };
  }

  /** Waits until topic spaces and bindings are in force, which takes minutes. */
  get inForce(): Examination {
    return { name: 'in force', isNeeded: false, run: () => this.#awaitBindings() };
  }

  async story(): Promise<readonly ScenarioStep[]> {
    const { clock, signal, say, patienceSeconds } = this.#options;
    const host = await this.#host();
    return playStory(sensor, {
      clock,
      signal,
      say,
      patienceSeconds,
      target: 'azure',
      device: (clientId, options) => new DeviceAgent({ ...this.#asClient(host, clientId), ...options }),
      observer: () => undefined,
    });
  }

  async compare(): Promise<Comparison> {
    const { template, probes, signal, say } = this.#options;
    const real = await this.#site();
    const embedded = await embeddedAzure({ template: template() }, CLIENTS, (client) => this.#identityOf(client));
    return probeInTurn({ probes, real, embedded, signal, say });
  }

  async #host(): Promise<string> {
    const { opened, namespace, resourceGroup } = this.#options;
    return mqttHostOf(await findNamespace(opened.session, { namespace, resourceGroup }));
  }

  async #site(): Promise<AzureSite> {
    const { opened, webSocketPort, clock, patienceSeconds } = this.#options;
    const { embedded } = opened;
    return realAzure({
      deployment: CLIENTS,
      host: await this.#host(),
      port: embedded?.port ?? MQTT_PORT,
      webSocketPort,
      identityOf: (client) => this.#identityOf(client),
      ...(embedded?.rootCa === undefined ? {} : { rootCa: embedded.rootCa }),
      clock,
      patienceSeconds,
    });
  }

  async #awaitBindings(): Promise<void> {
    const { signal } = this.#options;
    const site = await this.#site();
    const options = { signal, attempts: ATTEMPTS, betweenSeconds: BETWEEN_ATTEMPTS_SECONDS };
    const problem = await tryUntilTrue(site, whyNotInForce, options);
    if (problem === undefined) return;
    throw new LastwillError('NOT_DEPLOYED', `the permission bindings are not in force: ${problem}`);
  }

  #identityOf(client: string) {
    return readClientIdentity(this.#options.store, 'azure', client);
  }

  #asClient(host: string, clientId: string): DeviceAgentOptions {
    const { embedded } = this.#options.opened;
    const { certificate, privateKey } = this.#identityOf(clientId);
    const root = embedded?.rootCa === undefined ? {} : { rootCa: { pem: embedded.rootCa } };
    const tls = { certificate: { pem: certificate }, privateKey: { pem: privateKey }, ...root };
    return { endpoint: host, port: embedded?.port ?? MQTT_PORT, clientId, username: clientId, target: 'azure', tls };
  }
}

/** Why an actuator does not hear of the end of a sensor; `undefined` when it does. */
async function whyNotInForce(site: AzureSite): Promise<string | undefined> {
  const { sensor: dying, actuator } = site.deployment;
  const topic = statusTopicOf(dying);
  const { heard } = await Scene.play(site, async (scene) => {
    const watcher = await scene.watch(site.as(actuator), named(actuator), [STATUS_FILTER]);
    const will = { topic, payload: 'offline', qos: 1, retain: false } as const;
    (await scene.enter(site.as(dying), named(dying, { will }))).cut();
    return { heard: (await watcher.message(topic)) !== undefined };
  });
  return heard === true ? undefined : `no will came on ${topic}`;
}

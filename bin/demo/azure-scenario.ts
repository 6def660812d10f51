import { join } from 'node:path';
import { DeviceAgent } from '../../device';
import { Engine } from '../../local/engine';
import type { RunningCloud } from '../../local/state/running-file';
import { STATUS_FILTER, statusTopicOf } from '../../presence/default-topics';
import { synthesizeOwnAzureTemplate } from '../local/templates';
import { readStoredCredentials } from '../store/stored-credentials';
import { Expectations, type ExpectedEvent, type ExpectedMessage } from './expectations';
import { identityTls } from './identity-tls';
import type { Reporter, Scenario } from './scenario';
import { Watch } from './watch';

const SENSORS = ['sensor1', 'sensor2'] as const;
const ACTUATORS = ['actuator1', 'actuator2'] as const;
const OFFLINE = 'offline';

/** Sensors and actuators on Event Grid: graceful, cut off, and a will that no binding covers. */
export function azureScenario(stateDirectory: string): Scenario {
  return {
    name: 'azure',
    title: 'Azure Event Grid: actuators hear at once that a sensor vanished',
    play: async (reporter) => {
      const stage = await AzureStage.open(stateDirectory, reporter);
      try {
        await stage.graceful();
        await stage.cutOff();
        await stage.refused();
      } finally {
        await stage.close();
      }
    },
  };
}

interface AzureStageParts {
  readonly engine: Engine;
  readonly cloud: RunningCloud;
  readonly actuators: readonly DeviceAgent[];
  readonly expectations: Expectations;
  readonly reporter: Reporter;
}

/** The embedded Event Grid namespace with our own stack, and two actuators that listen. */
class AzureStage {
  private constructor(private readonly parts: AzureStageParts) {}

  static async open(stateDirectory: string, reporter: Reporter): Promise<AzureStage> {
    const started = Watch.now();
    const store = join(stateDirectory, 'certificates');
    const template = await synthesizeOwnAzureTemplate(store);
    reporter.note(
      `the configuration that terraform would apply, synthesized in ${Math.round(Watch.now() - started)} ms`,
    );
    const expectations = new Expectations(reporter);
    const credentials = readStoredCredentials(store, 'azure');
    const engine = await Engine.start({
      azure: { template },
      stateDirectory,
      findPrivateKey: (_cloud, certificatePem) => credentials.privateKeyOf(certificatePem),
      findCertificate: (_cloud, thumbprint) => credentials.certificateWithThumbprint(thumbprint),
      onEvent: (entry) => expectations.seeEvent(entry),
    });
    const { azure: cloud } = await engine.listen();
    if (cloud === undefined) throw new Error('the engine runs no Azure');
    reporter.note(`embedded Event Grid namespace on ${cloud.endpoint}, mutual TLS`);
    const actuators = await Promise.all(ACTUATORS.map((name) => listenAs(name, cloud, expectations)));
    return new AzureStage({ engine, cloud, actuators, expectations, reporter });
  }

  async graceful(): Promise<void> {
    const { reporter, expectations, actuators } = this.parts;
    reporter.part('both sensors disconnect properly');
    const sensors = await this.#connectSensors();
    const goodbye = Watch.now();
    await Promise.all(sensors.map((sensor) => sensor.disconnect()));
    const departures = SENSORS.map(
      (name): ExpectedEvent => ({
        what: `the broker received DISCONNECT of ${name}`,
        fits: ({ type, clientId, details }) =>
          type === 'disconnect' && clientId === name && details?.cause === 'clientDisconnect',
      }),
    );
    await expectations.expect(goodbye, ...departures);
    // What was published before has arrived once a later request is answered.
    await Promise.all(actuators.map((actuator) => actuator.subscribe(STATUS_FILTER, 1)));
    expectations.expectNothing('no actuator receives anything', goodbye, (sight) => 'message' in sight);
  }

  async cutOff(): Promise<void> {
    const { reporter, expectations } = this.parts;
    reporter.part('both sensors connect again and are cut off');
    const sensors = await this.#connectSensors();
    const cut = Watch.now();
    await Promise.all(sensors.map((sensor) => sensor.cut()));
    const wills = ACTUATORS.flatMap((observer) =>
      SENSORS.map(
        (name): ExpectedMessage => ({
          what: `${observer} receives the will of ${name}`,
          topic: statusTopicOf(name),
          payload: OFFLINE,
          observer,
        }),
      ),
    );
    await expectations.expect(cut, ...wills);
  }

  async refused(): Promise<void> {
    const { reporter, expectations, cloud } = this.parts;
    const [name, other] = SENSORS;
    reporter.part(`${name} asks for a will on ${statusTopicOf(other)}, which no permission binding lets it publish on`);
    const start = Watch.now();
    const sensor = sensorAgent(name, cloud, statusTopicOf(other));
    const failed = await sensor.connect().then(
      () => false,
      () => true,
    );
    reporter.step({ what: 'the connection is refused', ok: failed, milliseconds: Watch.now() - start });
    await sensor.disconnect();
    const isRefusal: ExpectedEvent['fits'] = ({ type, clientId }) => type === 'refused' && clientId === name;
    await expectations.expect(start, { what: 'the event log says why', fits: isRefusal });
    reporter.note(expectations.findEvent(start, isRefusal)?.reason ?? '');
  }

  async close(): Promise<void> {
    await Promise.all(this.parts.actuators.map((actuator) => actuator.disconnect()));
    await this.parts.engine.stop();
  }

  async #connectSensors(): Promise<readonly DeviceAgent[]> {
    const { cloud, reporter } = this.parts;
    const start = Watch.now();
    const sensors = SENSORS.map((name) => sensorAgent(name, cloud, statusTopicOf(name)));
    await Promise.all(sensors.map((sensor) => sensor.connect()));
    reporter.step({ what: 'both sensors connect, each with its will', ok: true, milliseconds: Watch.now() - start });
    return sensors;
  }
}

async function listenAs(name: string, cloud: RunningCloud, expectations: Expectations): Promise<DeviceAgent> {
  const actuator = new DeviceAgent(identityOptions(name, cloud));
  actuator.on('message', ({ topic, payload }) => expectations.seeMessage(name, { topic, payload }));
  await actuator.connect();
  await actuator.subscribe(STATUS_FILTER, 1);
  return actuator;
}

function sensorAgent(name: string, cloud: RunningCloud, willTopic: string): DeviceAgent {
  return new DeviceAgent({ ...identityOptions(name, cloud), will: { topic: willTopic, payload: OFFLINE, qos: 1 } });
}

function identityOptions(name: string, cloud: RunningCloud) {
  return {
    endpoint: cloud.endpoint,
    clientId: name,
    username: name,
    initialConnect: 'once',
    tls: identityTls(cloud, name),
  } as const;
}

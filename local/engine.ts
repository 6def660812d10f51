import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type Clock, SystemClock } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { Cloud } from '../presence/lwt-options';
import { type Randomness, systemRandomness } from '../presence/randomness';
import { CertificateAuthority } from './aws/certificate-authority';
import { memoryCertificateStore } from './aws/certificate-store';
import { openIamIdentity } from './aws/iam-identity';
import { AwsCloud } from './aws-cloud';
import { AzureCloud } from './azure-cloud';
import type { Broker } from './broker/broker';
import type { Listener } from './broker/listeners/listener';
import { listenTls } from './broker/listeners/tls';
import { listenWebSocket } from './broker/listeners/websocket';
import { memoryConnection } from './broker/memory-connection';
import { certificateHosts, reachableHost, urlHost } from './broker-hosts';
import { openControlPlane } from './control-plane';
import type { EngineListenOptions, EngineOptions, RunningClouds } from './engine-options';
import { InProcessClient, type InProcessConnectOptions } from './in-process-client';
import { type EventListener, Journal } from './journal';
import { type CaughtEmail, Mailbox } from './mailbox';
import { EventLogFile } from './state/event-log-file';
import { type DeviceIdentity, writeIdentity } from './state/identity-folders';
import { OutboxFolder } from './state/outbox';
import { type RunningCloud, type RunningIdentity, removeRunningFile, writeRunningFile } from './state/running-file';
import { TextFolder } from './state/text-folder';

export type { EngineListenOptions, EngineOptions, RunningClouds } from './engine-options';

const DEFAULT_HOST = '127.0.0.1';

/**
 * The embedded cloud: runs synthesized templates with real brokers. Nothing is shared between engines, so that
 * several can live in one process.
 *
 * @example
 * const engine = await Engine.start({ aws: { templates: [{ name: 'LwtStack.template.json', text }] } });
 * const device = await engine.connect('aws', 'lwtThing', { clientId: 'lwtThing' });
 */
export class Engine {
  readonly aws: AwsCloud | undefined;
  readonly azure: AzureCloud | undefined;
  /** What callers of the embedded Azure Resource Manager must present as bearer token. */
  readonly controlToken: string = randomBytes(24).toString('base64url');
  readonly #parts: EngineParts;
  #stopped: Promise<void> | undefined;
  readonly #listeners: Pick<Listener, 'close'>[] = [];

  private constructor(parts: EngineParts, clouds: { readonly aws?: AwsCloud; readonly azure?: AzureCloud }) {
    this.#parts = parts;
    this.aws = clouds.aws;
    this.azure = clouds.azure;
  }

  /**
   * Opens the templates. No port is opened: see {@link listen}.
   * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that cannot work.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const parts = await prepare(options);
    try {
      return new Engine(parts, { aws: await openAws(parts), azure: openAzure(parts) });
    } catch (error) {
      parts.eventLogFile?.close();
      throw error;
    }
  }

  /** Every e-mail that was caught, in order. */
  get emails(): readonly CaughtEmail[] {
    return this.#parts.mailbox.emails;
  }

  /** What clients must trust, in PEM. */
  get rootCertificatePem(): string {
    return this.#signing().rootCertificatePem;
  }

  /**
   * Connects a client of this process, without port, TLS or key.
   * @param principal the name of a thing, a certificate's id or logical id, or `iam:<name>` for an IAM identity that
   * may do everything.
   * @throws LastwillError CONNECTION_REFUSED with the reason code.
   */
  async connect(cloud: Cloud, principal: string, options: InProcessConnectOptions): Promise<InProcessClient> {
    return InProcessClient.connect(this.dial(cloud, principal), options);
  }

  /** The client's end of a new connection for {@link connect}: MQTT has not been spoken on it yet. */
  dial(cloud: Cloud, principal: string): Duplex {
    const { client, server } = memoryConnection();
    const peer = {
      transport: 'memory',
      remoteAddress: '127.0.0.1',
      certificates: [],
      assertedPrincipal: principal,
    } as const;
    this.#broker(cloud).accept(server, peer);
    return client;
  }

  /**
   * Opens the ports and writes the state folder: identities first, `local.json` last.
   * @throws LastwillError LISTEN_FAILED when a port cannot be opened; then none stays open.
   */
  async listen(options: EngineListenOptions = {}): Promise<RunningClouds> {
    try {
      const aws = await this.#listenAws(options);
      const azure = await this.#listenAzure(options);
      const control = await this.#listenControl(options.controlPort);
      const clouds = { ...(aws === undefined ? {} : { aws }), ...(azure === undefined ? {} : { azure }) };
      if (this.#parts.options.stateDirectory !== undefined) {
        writeRunningFile(this.#parts.options.stateDirectory, {
          startedAt: this.#parts.clock.now(),
          clouds,
          control,
          controlToken: this.controlToken,
        });
      }
      return { ...clouds, control };
    } catch (error) {
      await this.#closeListeners();
      throw error;
    }
  }

  /** Closes ports and connections; clients of MQTT 5 are told. Resolves within seconds. */
  stop(): Promise<void> {
    // Later, the state folder may be another engine's.
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    const closed = this.#closeListeners();
    await Promise.all([this.aws?.broker.close(), this.azure?.close()]);
    await closed;
    if (this.#parts.options.stateDirectory !== undefined) removeRunningFile(this.#parts.options.stateDirectory);
    this.#parts.eventLogFile?.close();
  }

  #signing(): CertificateAuthority {
    if (this.#parts.authority !== undefined) return this.#parts.authority;
    throw new LastwillError('OPTION_INVALID', "certificates must be 'signed' for TLS, got 'named'");
  }

  #broker(cloud: Cloud): Broker {
    const broker = this[cloud]?.broker;
    if (broker === undefined) throw new Error(`this engine runs no ${cloud}`);
    return broker;
  }

  async #listenAws(options: EngineListenOptions): Promise<RunningCloud | undefined> {
    if (this.aws === undefined) return undefined;
    const identities = this.#writeIdentities('aws', this.aws.identities());
    return this.#listenCloud(this.aws.broker, identities, options.awsPort, options.awsWebSocketPort);
  }

  async #listenAzure(options: EngineListenOptions): Promise<RunningCloud | undefined> {
    if (this.azure === undefined) return undefined;
    const found = this.azure.identities().map(({ thumbprints, ...identity }) => {
      const certificates = thumbprints.map((thumbprint) => this.#parts.options.findCertificate?.('azure', thumbprint));
      const certificatePem = certificates.find((pem) => pem !== undefined);
      return certificatePem === undefined ? identity : { ...identity, certificatePem };
    });
    const identities = this.#writeIdentities('azure', found);
    return this.#listenCloud(this.azure.broker, identities, options.azurePort, options.azureWebSocketPort);
  }

  async #listenControl(port: number | undefined): Promise<string> {
    const { aws, azure, controlToken: token } = this;
    const server = await openControlPlane({
      ...(aws === undefined ? {} : { aws }),
      ...(azure === undefined ? {} : { azure: { cloud: azure, token } }),
      brokerHost: reachableHost(this.#parts.options.host ?? DEFAULT_HOST),
      clock: this.#parts.clock,
      randomness: this.#parts.randomness,
      ...(port === undefined ? {} : { port }),
      ...(this.#parts.options.controlFault === undefined ? {} : { fault: this.#parts.options.controlFault }),
    });
    this.#listeners.push(server);
    return `http://127.0.0.1:${server.port}`;
  }

  async #listenCloud(
    broker: Broker,
    identities: Readonly<Record<string, RunningIdentity>>,
    port = 0,
    webSocketPort = 0,
  ): Promise<RunningCloud> {
    const { certificatePem: certificate, privateKeyPem: privateKey } = this.#signing().server;
    const { host = DEFAULT_HOST } = this.#parts.options;
    const mqtts = await listenTls(broker, { host, port, certificate, privateKey });
    this.#listeners.push(mqtts);
    const wss = await listenWebSocket(broker, { host, port: webSocketPort, tls: { certificate, privateKey } });
    this.#listeners.push(wss);
    const reachable = reachableHost(host);
    return {
      endpoint: `mqtts://${urlHost(reachable)}:${mqtts.port}`,
      webSocketEndpoint: `wss://${urlHost(reachable)}:${wss.port}/mqtt`,
      host: reachable,
      port: mqtts.port,
      webSocketPort: wss.port,
      identities,
    };
  }

  #writeIdentities(cloud: Cloud, identities: readonly DeviceIdentity[]): Readonly<Record<string, RunningIdentity>> {
    const { stateDirectory, findPrivateKey } = this.#parts.options;
    if (stateDirectory === undefined) return {};
    const written = identities.map((identity) => {
      const { certificatePem } = identity;
      const privateKeyPem =
        certificatePem === undefined
          ? undefined
          : (findPrivateKey?.(cloud, certificatePem) ?? this.#parts.authority?.privateKeyOf(certificatePem));
      const complete = { ...identity, ...(privateKeyPem === undefined ? {} : { privateKeyPem }) };
      const directory = writeIdentity(stateDirectory, cloud, complete, this.rootCertificatePem);
      return [
        identity.name,
        { directory, ...(identity.clientId === undefined ? {} : { clientId: identity.clientId }) },
      ];
    });
    return Object.fromEntries(written);
  }

  async #closeListeners(): Promise<void> {
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }
}

/** What every cloud of one engine shares. */
interface EngineParts {
  readonly options: EngineOptions;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly journal: Journal;
  readonly mailbox: Mailbox;
  readonly authority: CertificateAuthority | undefined;
  readonly eventLogFile: EventLogFile | undefined;
}

async function prepare(options: EngineOptions): Promise<EngineParts> {
  const { stateDirectory } = options;
  const clock = options.clock ?? new SystemClock();
  const randomness = options.randomness ?? systemRandomness;
  const authority = options.certificates === 'named' ? undefined : await openAuthority(options, clock, randomness);
  const eventLogFile = stateDirectory === undefined ? undefined : new EventLogFile({ directory: stateDirectory });
  const toFile: EventListener[] = eventLogFile === undefined ? [] : [(entry) => eventLogFile.write(entry)];
  const toCaller: EventListener[] = options.onEvent === undefined ? [] : [options.onEvent];
  const journal = new Journal(clock, [...toFile, ...toCaller]);
  const folder = stateDirectory === undefined ? {} : { folder: new OutboxFolder(stateDirectory) };
  const mailbox = new Mailbox({ clock, log: journal.of('aws'), ...folder });
  return { options, clock, randomness, journal, mailbox, authority, eventLogFile };
}

function openAuthority(
  { stateDirectory, host }: EngineOptions,
  clock: Clock,
  randomness: Randomness,
): Promise<CertificateAuthority> {
  const store =
    stateDirectory === undefined ? memoryCertificateStore() : new TextFolder(join(stateDirectory, 'authority'));
  const hosts = host === undefined ? [] : certificateHosts(host);
  return CertificateAuthority.open({ store, clock, randomness, hosts });
}

async function openAws(parts: EngineParts): Promise<AwsCloud | undefined> {
  const { options, mailbox, journal, clock, randomness, authority } = parts;
  if (options.aws === undefined) return undefined;
  const { stateDirectory } = options;
  const store = stateDirectory === undefined ? memoryCertificateStore() : new TextFolder(stateDirectory);
  return AwsCloud.open(options.aws, {
    authority,
    iamIdentity: openIamIdentity(store),
    clock,
    randomness,
    log: journal.of('aws'),
    outbox: mailbox,
    ...(options.observer === undefined ? {} : { observer: options.observer }),
    logsDeliveries: options.logsDeliveries ?? false,
    ...throttling(options),
  });
}

function openAzure(parts: EngineParts): AzureCloud | undefined {
  const { options, journal, clock, randomness } = parts;
  if (options.azure === undefined) return undefined;
  const { logsDeliveries = false, observer } = options;
  const surroundings = { clock, randomness, log: journal.of('azure'), logsDeliveries };
  const watched = observer === undefined ? {} : { observer };
  return new AzureCloud(options.azure, { ...surroundings, ...throttling(options), ...watched });
}

function throttling({ throttleScale }: EngineOptions): { readonly throttleScale?: number } {
  return throttleScale === undefined ? {} : { throttleScale };
}

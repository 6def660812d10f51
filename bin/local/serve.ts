import { connect } from 'node:net';
import type { AwsOptions } from '../../local/aws-cloud';
import type { AzureOptions } from '../../local/azure-cloud';
import { Engine, type EngineListenOptions, type RunningClouds } from '../../local/engine';
import type { StampedEntry } from '../../local/event-log';
import { parametersForCloudFormation } from '../../local/template/parameters-of-both';
import { readTemplates } from '../../local/template/template-files';
import { LastwillError } from '../../presence/errors';
import { isLocalCloudRunning, readLocalCloud } from '../device/local-cloud';
import { readStoredCredentials } from '../store/stored-credentials';
import { synthesizeOwnAwsTemplate, synthesizeOwnAzureTemplate } from './templates';

/** What `lastwill local` runs. */
export interface ServeLocalOptions {
  /** CloudFormation templates. */
  readonly awsTemplates: readonly string[];
  /** A Terraform configuration as JSON. */
  readonly azureTemplate?: string;
  /** @default - the first that the configuration declares */
  readonly azureNamespace?: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  readonly store: string;
  /** Name or address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  readonly listen: EngineListenOptions;
  /** @default - as AWS */
  readonly minimumKeepAliveSeconds?: number;
  /** Whose SNS subscriptions are not confirmed. @default - all are */
  readonly unconfirmedEndpoints?: readonly string[];
  /** @default - no rate is limited */
  readonly throttleScale?: number;
  readonly logsDeliveries: boolean;
  /** Progress and warnings, for a person. */
  readonly say: (text: string) => void;
}

/** A running embedded cloud. */
export interface ServingLocal {
  readonly running: RunningClouds;
  /** Starts with `ready`, then a `name=url` for every port. */
  readonly readyLine: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded cloud; everything is written and listening when it resolves.
 * @public loaded where it is needed
 */
export async function serveLocal(options: ServeLocalOptions): Promise<ServingLocal> {
  await refuseStateInUse(options.stateDirectory);
  const aws = await awsOptions(options);
  const azure = await azureOptions(options);
  const credentials = {
    aws: readStoredCredentials(options.store, 'aws'),
    azure: readStoredCredentials(options.store, 'azure'),
  };
  const { throttleScale } = options;
  const engine = await Engine.start({
    ...(aws === undefined ? {} : { aws }),
    ...(azure === undefined ? {} : { azure }),
    ...(throttleScale === undefined ? {} : { throttleScale }),
    ...(options.host === undefined ? {} : { host: options.host }),
    stateDirectory: options.stateDirectory,
    logsDeliveries: options.logsDeliveries,
    findPrivateKey: (cloud, certificatePem) => credentials[cloud].privateKeyOf(certificatePem),
    findCertificate: (cloud, thumbprint) => credentials[cloud].certificateWithThumbprint(thumbprint),
    onEvent: (entry) => sayIfNoteworthy(entry, options.say),
  });
  const running = await listenOrStop(engine, options.listen);
  return { running, readyLine: readyLine(running), stop: () => engine.stop() };
}

// A second one would take the first one's keys and, when it ends, the file by which commands find it.
async function refuseStateInUse(directory: string): Promise<void> {
  if (!isLocalCloudRunning(directory)) return;
  const { pid, control } = readLocalCloud(directory);
  // Its process id alone proves nothing: in a container that was killed, the next one mostly gets the same.
  if (control === undefined || !(await isListening(new URL(control)))) return;
  throw new LastwillError(
    'LISTEN_FAILED',
    `an embedded cloud (process ${pid}) already runs with the state folder ${directory}: end that one, or choose another folder with --state`,
  );
}

function isListening({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

// With neither file both of our own stacks run; with one kind of file only that cloud does.
async function awsOptions(options: ServeLocalOptions): Promise<AwsOptions | undefined> {
  const { awsTemplates, azureTemplate, parameters, minimumKeepAliveSeconds, unconfirmedEndpoints = [] } = options;
  const own = awsTemplates.length === 0;
  if (own && azureTemplate !== undefined) return undefined;
  const templates = own ? [await synthesizeOwnAwsTemplate(options.store)] : awsTemplates.flatMap(readTemplates);
  const terraform = azureTemplate === undefined ? [] : readTemplates(azureTemplate);
  return {
    templates,
    parameters: parametersForCloudFormation(parameters, { cloudFormation: templates, terraform }),
    unconfirmedEndpoints,
    ...(minimumKeepAliveSeconds === undefined ? {} : { minimumKeepAliveSeconds }),
  };
}

async function azureOptions(options: ServeLocalOptions): Promise<AzureOptions | undefined> {
  const { awsTemplates, azureTemplate, azureNamespace: namespace, parameters } = options;
  if (azureTemplate === undefined && awsTemplates.length > 0) return undefined;
  const template =
    azureTemplate === undefined ? [await synthesizeOwnAzureTemplate(options.store)] : readTemplates(azureTemplate);
  return { template, parameters, ...(namespace === undefined ? {} : { namespace }) };
}

async function listenOrStop(engine: Engine, listen: EngineListenOptions): Promise<RunningClouds> {
  try {
    return await engine.listen(listen);
  } catch (error) {
    await engine.stop();
    throw portInUse(error, listen) ?? error;
  }
}

const PORT_FLAGS = {
  awsPort: '--aws-port',
  awsWebSocketPort: '--aws-ws-port',
  azurePort: '--azure-port',
  azureWebSocketPort: '--azure-ws-port',
  controlPort: '--control-port',
} satisfies Record<keyof EngineListenOptions, string>;

function portInUse(error: unknown, listen: EngineListenOptions): LastwillError | undefined {
  if (!(error instanceof LastwillError) || error.code !== 'LISTEN_FAILED') return undefined;
  const cause = error.cause as NodeJS.ErrnoException & { readonly port?: number };
  if (cause.code !== 'EADDRINUSE') return undefined;
  const flags = Object.entries(PORT_FLAGS).filter(([name]) => listen[name as keyof EngineListenOptions] === cause.port);
  return new LastwillError(
    'LISTEN_FAILED',
    `port ${cause.port} is in use, perhaps by another embedded cloud: end that one, or choose another port with ${flags.map(([, flag]) => flag).join(' or ')} (0 takes a free one)`,
    { cause: error },
  );
}

function readyLine(running: RunningClouds): string {
  const clouds = (['aws', 'azure'] as const).flatMap((cloud) => {
    const { endpoint, webSocketEndpoint } = running[cloud] ?? {};
    return endpoint === undefined ? [] : [`${cloud}=${endpoint}`, `${cloud}-ws=${webSocketEndpoint}`];
  });
  return `ready ${[...clouds, `control=${running.control}`].join(' ')}`;
}

function sayIfNoteworthy(entry: StampedEntry, say: (text: string) => void): void {
  if (entry.type === 'warning') say(`warning: ${entry.reason ?? ''}`);
  if (entry.type === 'refused') say(`refused: ${entry.clientId ?? ''}: ${entry.reason ?? ''}`);
  if (entry.type === 'email') say(`e-mail to ${String(entry.details?.to)}: ${String(entry.details?.path)}`);
}

import { Engine, type EngineListenOptions } from '../../local/engine';
import type { StampedEntry } from '../../local/event-log';
import type { RunningCloud } from '../../local/state/running-file';
import type { Cloud } from '../../presence/lwt-options';
import { readStoredCredentials } from '../store/stored-credentials';
import { readTemplates, synthesizeOwnAwsTemplate } from './aws-templates';

/** What `lastwill local` runs. */
export interface ServeLocalOptions {
  /** Files; empty for our own stack. */
  readonly awsTemplates: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  readonly store: string;
  readonly listen: EngineListenOptions;
  /** @default - as AWS */
  readonly minimumKeepAliveSeconds?: number;
  readonly logsDeliveries: boolean;
  /** Progress and warnings, for a person. */
  readonly say: (text: string) => void;
}

/** A running embedded cloud. */
export interface ServingLocal {
  readonly running: Readonly<Partial<Record<Cloud, RunningCloud>>>;
  /** Starts with `ready`, then a `name=url` for every port. */
  readonly readyLine: string;
  stop(): Promise<void>;
}

/** Starts the embedded cloud; everything is written and listening when it resolves. */
export async function serveLocal(options: ServeLocalOptions): Promise<ServingLocal> {
  const own = options.awsTemplates.length === 0;
  const templates = own ? [await synthesizeOwnAwsTemplate(options.store)] : readTemplates(options.awsTemplates);
  const credentials = readStoredCredentials(options.store, 'aws');
  const minimum = options.minimumKeepAliveSeconds;
  const engine = await Engine.start({
    aws: {
      templates,
      parameters: options.parameters,
      ...(minimum === undefined ? {} : { minimumKeepAliveSeconds: minimum }),
    },
    stateDirectory: options.stateDirectory,
    logsDeliveries: options.logsDeliveries,
    findPrivateKey: (_cloud, certificatePem) => credentials.privateKeyOf(certificatePem),
    onEvent: (entry) => sayIfNoteworthy(entry, options.say),
  });
  const running = await listenOrStop(engine, options.listen);
  return { running, readyLine: readyLine(running), stop: () => engine.stop() };
}

async function listenOrStop(engine: Engine, listen: EngineListenOptions): Promise<ServingLocal['running']> {
  try {
    return await engine.listen(listen);
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

function readyLine(running: ServingLocal['running']): string {
  const urls = Object.entries(running).flatMap(([cloud, { endpoint, webSocketEndpoint }]) => [
    `${cloud}=${endpoint}`,
    `${cloud}-ws=${webSocketEndpoint}`,
  ]);
  return `ready ${urls.join(' ')}`;
}

function sayIfNoteworthy(entry: StampedEntry, say: (text: string) => void): void {
  if (entry.type === 'warning') say(`warning: ${entry.reason ?? ''}`);
  if (entry.type === 'refused') say(`refused: ${entry.clientId ?? ''}: ${entry.reason ?? ''}`);
  if (entry.type === 'email') say(`e-mail to ${String(entry.details?.to)}: ${String(entry.details?.path)}`);
}

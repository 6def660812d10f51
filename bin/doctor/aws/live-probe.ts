import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { DeviceAgent, type TlsOptions } from '../../../device';
import type { Connection } from '../../device/connection';
import { ownCommand } from '../../own-command';
import { type Outcome, unknown } from '../check';
import { type DeviceCredentials, deviceCredentials } from '../device-credentials';
import { watchDeath } from '../watched-death';
import type { AwsPorts } from './ports';
import { willRules } from './will-rules';

/** What a probe needs besides the checks' questions. */
export interface LiveProbe {
  readonly ports: AwsPorts;
  /** Whether a client is connected now. */
  readonly isConnected: (clientId: string) => Promise<boolean>;
  /** As whom the will is waited for: a thing whose certificate is in the store, or over a signed WebSocket. */
  readonly watcher: { readonly thing: string; readonly store: string } | Connection;
  /** Root certificates to trust, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
  /** Tells a person what is about to happen. */
  readonly announce: (text: string) => void;
}

/**
 * Connects as the device with its will, cuts itself off and waits for the will. Refuses while the device is connected.
 * @public loaded where it is needed
 */
export async function probeWill(probe: LiveProbe): Promise<Outcome> {
  const { ports } = probe;
  const { device, willTopic } = ports.subject;
  const connection = await thingConnection(probe, device, ports.stored());
  if ('status' in connection) return connection;
  const watcher = await watcherConnection(probe);
  if ('status' in watcher) return watcher;
  const will = { topic: willTopic, payload: ports.subject.willPayload };
  const agents = {
    device: new DeviceAgent({ ...connection, initialConnect: 'once', will }),
    watcher: new DeviceAgent({ ...watcher, initialConnect: 'once' }),
  };
  probe.announce(
    `the last will of ${device} is about to be published on ${willTopic}; told are: ${await toldOf(ports)}`,
  );
  return watchDeath({
    ports,
    ...agents,
    watcherFix: 'name the port of its WebSockets with --ws-port, or a thing that may subscribe to the will with --as',
    logs: 'the logs of AWS IoT Core',
  });
}

/** How a thing connects under its own name; an outcome when that must not or cannot be. */
async function thingConnection(
  { ports, isConnected, rootCa }: LiveProbe,
  thing: string,
  { certificate, privateKey, directory }: DeviceCredentials,
): Promise<Connection | Outcome> {
  if (certificate === undefined || privateKey === undefined) {
    return unknown(`${directory} holds no certificate with its key: ${ownCommand()} certificates pull ${thing}`);
  }
  if (await isConnected(thing)) return unknown(`${thing} is connected: connecting under its name would cut it off`);
  const { host, port } = await ports.endpoint();
  const root: TlsOptions = rootCa === undefined ? {} : { rootCa: { pem: rootCa } };
  const tls = { certificate: { pem: certificate }, privateKey: { pem: privateKey }, ...root };
  return { endpoint: host, port, clientId: thing, target: 'aws', tls };
}

async function watcherConnection(probe: LiveProbe): Promise<Connection | Outcome> {
  const { watcher } = probe;
  if (!('thing' in watcher)) return watcher;
  return thingConnection(probe, watcher.thing, deviceCredentials(watcher.store, 'aws', watcher.thing));
}

async function toldOf(ports: AwsPorts): Promise<string> {
  const sns = (await willRules(ports)).flatMap(({ actions }) => actions).filter(({ kind }) => kind === 'sns');
  const topics = [...new Set(sns.map(({ properties }) => String(properties.targetArn)))];
  const all = await Promise.all(topics.map(async (topic) => (await ports.subscriptions(topic)) ?? []));
  const told = all.flat().filter(({ confirmed }) => confirmed);
  return told.length === 0 ? 'nobody' : told.map(({ endpoint }) => endpoint).join(', ');
}

/**
 * Whether a client is connected.
 * @public loaded where it is needed
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html
 */
export async function isConnected(session: AwsSession, clientId: string): Promise<boolean> {
  const { GetConnectionCommand } =
    require('@aws-sdk/client-iot-data-plane') as typeof import('@aws-sdk/client-iot-data-plane');
  const answer = await session.find('iot:GetConnection', () =>
    session.dataPlane.send(new GetConnectionCommand({ clientId })),
  );
  return answer?.connected === true;
}

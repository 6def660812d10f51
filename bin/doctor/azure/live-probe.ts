import { DeviceAgent, type DeviceAgentOptions, type TlsOptions } from '../../../device';
import type { Randomness } from '../../../presence/randomness';
import { type Outcome, unknown } from '../check';
import { type DeviceCredentials, deviceCredentials } from '../device-credentials';
import { watchDeath } from '../watched-death';
import { entraListeners } from './entra-listeners';
import type { AzurePorts } from './ports';
import { someOf, willListeners } from './will-listeners';
import { routeVerdicts } from './will-routes';

/** What a probe needs besides the checks' questions. */
export interface LiveProbe {
  readonly ports: AzurePorts;
  /** The client that waits for the will, whose certificate is in the store. */
  readonly watcher: string;
  readonly store: string;
  /** Whether somebody vouches that the device is not connected. */
  readonly assumeOffline: boolean;
  readonly randomness: Randomness;
  /** Root certificates to trust, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
  /** Tells a person what is about to happen. */
  readonly announce: (text: string) => void;
}

/** Event Grid has no call that tells who is connected, but it counts sessions (MQTT 5, 2.4: Quota exceeded). */
const QUOTA_EXCEEDED = 0x97;

/**
 * Connects as the device with its will, cuts itself off and waits for the will.
 *
 * It takes a client id of its own, so that no session of the device is ever taken over. Where the namespace allows one
 * session, Event Grid refuses the probe while the device has one; where it allows more, nobody can tell whether the
 * device is connected, and somebody must vouch that it is not, as its will would be a false alarm.
 * @public loaded where it is needed
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-establishing-multiple-sessions-per-client
 */
export async function probeWill(probe: LiveProbe): Promise<Outcome> {
  const { ports, watcher: name } = probe;
  const { device, willTopic, willPayload } = ports.subject;
  const reason = await presenceProblem(probe);
  if (reason !== undefined) return unknown(reason);
  const dying = await clientOptions(probe, device, ports.stored());
  if ('status' in dying) return dying;
  const watching = await clientOptions(probe, name, deviceCredentials(probe.store, 'azure', name));
  if ('status' in watching) return watching;
  const will = { topic: willTopic, payload: willPayload };
  const agents = { device: new DeviceAgent({ ...dying, will }), watcher: new DeviceAgent(watching) };
  probe.announce(
    `the last will of ${device} is about to be published on ${willTopic}; told may be: ${await toldOf(ports)}`,
  );
  return watchDeath({
    ports,
    ...agents,
    watcherFix: 'name a client that is not connected and may subscribe to the will with --as',
    logs: 'the logs of the namespace (FailedMqttConnections, FailedMqttPublishedMessages)',
    refused: ({ reasonCode }) => (reasonCode === QUOTA_EXCEEDED ? unknown(hasSession(device)) : undefined),
  });
}

async function presenceProblem({ ports, assumeOffline }: LiveProbe): Promise<string | undefined> {
  const { topicSpacesConfiguration } = (await ports.namespace()).properties;
  const limit = topicSpacesConfiguration?.maximumClientSessionsPerAuthenticationName ?? 1;
  if (limit === 1 || assumeOffline) return undefined;
  const { device } = ports.subject;
  return `Azure cannot be asked whether ${device} is connected, and allows it ${limit} sessions: make sure that it is not, as its will would be a false alarm, and add --assume-offline`;
}

function hasSession(device: string): string {
  return `${device} is connected, or left a session that has not expired: its one session is taken, and nothing was published`;
}

async function clientOptions(
  { ports, rootCa, randomness }: LiveProbe,
  client: string,
  { certificate, privateKey, directory }: DeviceCredentials,
): Promise<DeviceAgentOptions | Outcome> {
  if (certificate === undefined || privateKey === undefined) {
    return unknown(`${directory} holds no certificate with its key: name the store with --store`);
  }
  const { host, port } = await ports.endpoint();
  const root: TlsOptions = rootCa === undefined ? {} : { rootCa: { pem: rootCa } };
  return {
    endpoint: host,
    port,
    clientId: `lastwill-doctor-${randomness.uuid().slice(0, 8)}`,
    username: client,
    target: 'azure',
    initialConnect: 'once',
    tls: { certificate: { pem: certificate }, privateKey: { pem: privateKey }, ...root },
  };
}

async function toldOf(ports: AzurePorts): Promise<string> {
  const { names, complete } = await willListeners(ports);
  const routed = (await routeVerdicts(ports)).filter(({ problem }) => problem === undefined);
  const principals = await entraListeners(ports);
  const told = [
    ...(names.length === 0 ? [] : [someOf(names)]),
    ...(principals === undefined ? ['identities of Entra ID that may not be read'] : principals),
    ...(complete ? [] : ['clients that were not looked at']),
    ...routed.map(({ destination }) => destination),
  ];
  return told.length === 0 ? 'nobody' : told.join(', ');
}

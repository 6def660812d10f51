import { throwIfAny } from '../presence/errors';
import type { DeviceAgentOptions, PresenceMessage, Target, WillOptions } from './agent-options';
import { type AwsSignatureOptions, regionOf } from './aws-signature';
import { BACK_OFF_DEFAULTS, type ResolvedBackOffOptions } from './back-off';
import { type Endpoint, parseEndpoint, usesWebSocket } from './endpoint';
import { optionProblems } from './option-problems';
import { loadTlsMaterial, type TlsMaterial } from './tls-material';

/** {@link DeviceAgentOptions} checked, with files read and defaults filled in. */
export interface ResolvedOptions {
  readonly endpoint: Endpoint;
  readonly clientId: string;
  readonly target: Target;
  readonly protocolVersion: 4 | 5;
  readonly cleanStart: boolean;
  readonly sessionExpirySeconds: number;
  readonly keepAliveSeconds: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: TlsMaterial;
  /** With the region filled in. */
  readonly awsSignature?: Required<AwsSignatureOptions>;
  readonly will?: WillOptions;
  readonly birth?: PresenceMessage;
  readonly offline?: PresenceMessage;
  readonly backOff: ResolvedBackOffOptions;
  readonly initialConnect: 'retry' | 'once';
  readonly connectTimeoutMilliseconds: number;
  readonly acknowledgementTimeoutMilliseconds: number;
  readonly maximumQueuedMessages: number;
  readonly queueExpirySeconds?: number;
  readonly topicAliases: boolean;
}

/**
 * Checks everything at once and reads keys and certificates.
 * @throws LastwillError OPTION_INVALID with every problem; FILE_UNREADABLE, CREDENTIAL_INVALID for keys and certificates.
 */
export function resolveOptions(options: DeviceAgentOptions): ResolvedOptions {
  const endpoint = parseEndpoint(options.endpoint, { port: options.port, webSocket: options.webSocket });
  const target = options.target ?? ('problem' in endpoint ? 'mqtt' : targetOf(endpoint.host));
  const region = options.awsSignature?.region ?? ('problem' in endpoint ? undefined : regionOf(endpoint.host));
  const problems = [...optionProblems(options, target), ...signatureProblems(options, endpoint, region)];
  if ('problem' in endpoint) {
    throwIfAny('OPTION_INVALID', [endpoint.problem, ...problems]);
    throw new TypeError('unreachable: the endpoint has a problem');
  }
  throwIfAny('OPTION_INVALID', problems);
  const { username, password, will, birth, offline } = options;
  return {
    ...{ endpoint, target, username, password, will, birth, offline },
    clientId: options.clientId,
    protocolVersion: options.protocolVersion ?? 5,
    cleanStart: options.cleanStart ?? true,
    sessionExpirySeconds: options.sessionExpirySeconds ?? 0,
    keepAliveSeconds: options.keepAliveSeconds ?? 30,
    awsSignature: options.awsSignature === undefined ? undefined : { ...options.awsSignature, region: region ?? '' },
    tls: loadTlsMaterial(options.tls ?? {}, endpoint),
    backOff: { ...BACK_OFF_DEFAULTS, ...options.backOff },
    initialConnect: options.initialConnect ?? 'retry',
    connectTimeoutMilliseconds: (options.connectTimeoutSeconds ?? 20) * 1000,
    acknowledgementTimeoutMilliseconds: (options.acknowledgementTimeoutSeconds ?? 20) * 1000,
    maximumQueuedMessages: options.offlineQueue?.maximumMessages ?? 1_000,
    queueExpirySeconds: options.offlineQueue?.expirySeconds,
    topicAliases: options.topicAliases ?? false,
  };
}

function signatureProblems(
  { awsSignature, tls }: DeviceAgentOptions,
  endpoint: ReturnType<typeof parseEndpoint>,
  region: string | undefined,
): string[] {
  if (awsSignature === undefined) return [];
  return [
    ...('problem' in endpoint || usesWebSocket(endpoint) ? [] : ['awsSignature must be given with a WebSocket only']),
    ...(tls?.certificate === undefined
      ? []
      : ['awsSignature must be given without tls.certificate: one proof is enough']),
    ...(region === undefined ? ['awsSignature.region must be given: the endpoint does not name one'] : []),
  ];
}

/** The cloud that a host name belongs to. */
function targetOf(host: string): Target {
  if (/\.iot\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\.?$/i.test(host)) return 'aws';
  return /\.ts\.eventgrid\.azure\.(net|us|cn)\.?$/i.test(host) ? 'azure' : 'mqtt';
}

/** The cloud that an endpoint belongs to, by its host name. */
export function targetOfEndpoint(endpoint: string): Target {
  const parsed = parseEndpoint(endpoint);
  return 'problem' in parsed ? 'mqtt' : targetOf(parsed.host);
}

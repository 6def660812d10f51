import { throwIfAny } from '../presence/errors';
import type { DeviceAgentOptions, PresenceMessage, Target, WillOptions } from './agent-options';
import { BACK_OFF_DEFAULTS, type ResolvedBackOffOptions } from './back-off';
import { type Endpoint, parseEndpoint } from './endpoint';
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
  const endpoint = parseEndpoint(options.endpoint, { port: options.port });
  const target = options.target ?? ('problem' in endpoint ? 'mqtt' : targetOf(endpoint.host));
  const problems = optionProblems(options, target);
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

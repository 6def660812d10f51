import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { EventLog } from '../event-log';
import type { Authenticator, BrokerEvent, MessageSink } from '../ports';
import type { ResolvedTemplate } from '../resolved-template';
import { AzureAuthenticator } from './authenticator';
import { LifecycleEvents } from './lifecycle';
import type { AzureRegistry } from './registry';
import { loadRegistry } from './registry-loading';
import { MessageRouter } from './router';
import { SessionCount } from './session-count';
import { type Http, nodeHttp } from './webhook';

/** What {@link createAzureCloud} is given. */
export interface AzureCloudOptions {
  /** A resolved Terraform configuration. */
  readonly template: ResolvedTemplate;
  /** Name of the namespace. @default - the first that is declared */
  readonly namespace?: string | undefined;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: EventLog;
  /** Speaks to webhooks on this machine. @default - by Node */
  readonly http?: Http;
}

/** Somebody who can connect. */
export interface AzureIdentity {
  /** Authentication name, which is the MQTT username. */
  readonly name: string;
  /** The MQTT client id to use: the authentication name, so that one session is enough. */
  readonly clientId: string;
  /** SHA-256 (or SHA-1) thumbprints of the certificates with which it may connect; empty when a CA decides. */
  readonly thumbprints: readonly string[];
}

/** Event Grid's part of an embedded cloud: what a broker with the Azure profile is given. */
export interface AzureCloudParts {
  readonly registry: AzureRegistry;
  readonly authenticator: Authenticator;
  /** Routing. */
  readonly sink: MessageSink;
  /** Must hear every broker event: session limits and life-cycle events live on it. */
  readonly observe: (event: BrokerEvent) => void;
  /** Gives up what has not been delivered. */
  readonly close: () => void;
  /** For the broker profile: seconds after which a session that is not connected ends. */
  readonly maximumSessionExpirySeconds: number;
  readonly identities: readonly AzureIdentity[];
  /** What of the template is skipped or odd, in words. */
  readonly warnings: readonly string[];
}

/**
 * Builds Event Grid's part of an embedded cloud from a template.
 * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that Azure would refuse.
 */
export function createAzureCloud(options: AzureCloudOptions): AzureCloudParts {
  const { template, namespace, clock, randomness, log, http = nodeHttp } = options;
  const registry = loadRegistry(template, namespace);
  const sessions = new SessionCount();
  const lifecycle = new LifecycleEvents({ namespace: registry.namespace, log, clock, randomness });
  const warn = (reason: string, clientId: string): void => log.write({ type: 'warning', clientId, reason });
  const router = new MessageRouter({ registry, clock, randomness, log, http });
  return {
    registry,
    authenticator: new AzureAuthenticator({ registry, sessions, clock, warn }),
    sink: router,
    close: () => router.close(),
    observe: (event) => {
      sessions.observe(event);
      lifecycle.observe(event);
    },
    maximumSessionExpirySeconds: registry.namespace.maximumSessionExpirySeconds,
    identities: [...registry.clients.values()].map(({ identity, thumbprints }) => ({
      name: identity.authenticationName,
      clientId: identity.authenticationName,
      thumbprints,
    })),
    warnings: [...template.warnings, ...registry.warnings],
  };
}

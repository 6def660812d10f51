import type { X509Certificate } from 'node:crypto';
import type { ValidationScheme } from '../../semantics/event-grid/certificate-authentication';
import type { CertificateField } from '../../semantics/event-grid/client-certificate';
import type { MqttClientIdentity } from '../../semantics/event-grid/mqtt-client-identity';
import type { Binding, BoundGroup } from '../../semantics/event-grid/permission-bindings';
import type { Routing } from './routing-definition';

/** A client as the namespace knows it. */
export interface RegisteredClient {
  /** E.g. `azapi_resource.sensor1`. */
  readonly logicalId: string;
  readonly name: string;
  /** Authentication name as stored, and attributes. */
  readonly identity: MqttClientIdentity;
  readonly enabled: boolean;
  readonly scheme: ValidationScheme;
  /** Lower case, without colons; for the scheme `Thumbprint`. */
  readonly thumbprints: readonly string[];
}

/** The namespace that the embedded cloud plays. */
export interface NamespaceSettings {
  readonly name: string;
  /** ARM id, or whatever stands for it. */
  readonly id: string;
  /** Seconds after which a session that is not connected ends. */
  readonly maximumSessionExpirySeconds: number;
  /** Sessions that one authentication name may have, offline ones included. */
  readonly maximumSessionsPerAuthenticationName: number;
  /** Where the authentication name is looked for without a username, in order. */
  readonly alternativeNameSources: readonly CertificateField[];
}

/** Everything that a template declares in one namespace. */
export interface AzureRegistry {
  readonly namespace: NamespaceSettings;
  /** By authentication name in lower case: names are told apart whatever their case. */
  readonly clients: ReadonlyMap<string, RegisteredClient>;
  readonly groups: readonly BoundGroup[];
  readonly bindings: readonly Binding[];
  readonly caCertificates: readonly X509Certificate[];
  /** `undefined` when messages only go to subscribers. */
  readonly routing: Routing | undefined;
  /** Whether there may be more in the namespace than is known here: it is declared elsewhere, or something is unknown. */
  readonly partial: boolean;
  /** What is skipped or odd, in words. */
  readonly warnings: readonly string[];
}

import { Construct, type IConstruct } from 'constructs';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import {
  type AttributeValue,
  attributeProblems,
  type ClientAttributes,
} from '../../semantics/event-grid/mqtt-client-identity';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { AzapiBody, JsonValue } from './azapi/azapi-settings';
import type { CertificateAuthentication } from './certificate-authentication';
import { type ClientWill, WILL_COMMENT, willComment, willProblems, willTopic, willWarnings } from './client-will';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import type { DeclaredWill } from './namespace-contents';
import { patternProblems, refuse } from './property-checks';
import { isUnresolved, terraformText } from './terraform-text';
import { Warnings } from './warnings';

/** A client of a namespace's MQTT broker. */
export interface IMqttClient extends IConstruct {
  readonly namespace: IEventGridNamespace;
  /** What the client sends as its username. */
  readonly authenticationName: string;
}

/** Properties of {@link MqttClient}. */
export interface MqttClientProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** 1 to 128 letters, digits and `-`, `:`, `.`, `_`. @default - the construct's id */
  readonly clientName?: string;
  /**
   * What the client sends as its username: 1 to 128 characters, unique whatever their case, fixed once created.
   * @default - the client's name
   */
  readonly authenticationName?: string;
  /** How it proves with its certificate who it is. */
  readonly certificateAuthentication: CertificateAuthentication;
  /** By which groups choose and topic templates are filled; less than 4 KB in all. @default - none */
  readonly attributes?: ClientAttributes;
  /** Whether the client may connect. @default true */
  readonly enabled?: boolean;
  /** What the client is for; shown in the portal. @default - none */
  readonly description?: string;
  /** The will that the client is going to leave; checked, not deployed. @default - not checked */
  readonly will?: ClientWill;
}

/** A client that is declared elsewhere. */
export interface MqttClientAttributes {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** What the client sends as its username, as it was spelled when the client was created. */
  readonly authenticationName: string;
}

/**
 * A client that may connect with its certificate.
 *
 * @example
 * new MqttClient(this, 'sensor1', {
 *   namespace,
 *   certificateAuthentication: CertificateAuthentication.byThumbprint(thumbprint),
 *   attributes: { type: 'sensor' },
 * });
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients
 */
export class MqttClient extends Construct implements IMqttClient {
  /** A client that is declared elsewhere. */
  static fromAuthenticationName(scope: Construct, id: string, attributes: MqttClientAttributes): IMqttClient {
    return new ExistingClient(scope, id, attributes);
  }

  readonly namespace: IEventGridNamespace;
  readonly authenticationName: string;
  /** ARM id, as a reference. */
  readonly clientId: string;

  readonly #resource: AzapiResource;
  readonly #wills: DeclaredWill[] = [];
  readonly #comments: JsonValue[] = [];

  constructor(scope: Construct, id: string, props: MqttClientProps) {
    super(scope, id);
    const name = props.clientName ?? id;
    this.namespace = props.namespace;
    this.authenticationName = props.authenticationName ?? name;
    refuse(this, this.#problems(props, name));
    this.#resource = this.#createResource(props, name);
    this.clientId = this.#resource.resourceId;
    this.#declare(props, name);
    if (props.will !== undefined) this.declareWill(props.will);
    if (props.certificateAuthentication.usesSha1) {
      const message = `client '${name}': whether a SHA-1 thumbprint lets a client in is not documented; use the SHA-256 one`;
      Warnings.of(this).add('lastwill:sha1Thumbprint', message);
    }
  }

  /**
   * Declares a will that the client is going to leave, so that it is proved at synthesis that the client may.
   * @throws LastwillError OPTION_INVALID when Event Grid would refuse the will whatever the bindings.
   */
  declareWill(will: ClientWill): void {
    refuse(this, willProblems(will, this.authenticationName, this.namespace.maximumSessionExpirySeconds));
    this.#wills.push({ topic: willTopic(will, this.authenticationName) });
    this.#comments.push(willComment(will));
    this.#resource.addComment(WILL_COMMENT, [...this.#comments]);
    for (const warning of willWarnings(will)) Warnings.of(this).add(warning.id, warning.message);
  }

  #problems(props: MqttClientProps, name: string): string[] {
    const rule = '1 to 128 letters, digits and - : . _';
    const known = Object.entries(props.attributes ?? {}).filter(([, value]) => !isUnresolved(value));
    return [
      ...patternProblems('clientName', name, EVENT_GRID_LIMITS.clientName, rule),
      ...authenticationNameProblems(props.authenticationName),
      ...attributeProblems('attributes', Object.fromEntries(known)),
    ];
  }

  #createResource(props: MqttClientProps, name: string): AzapiResource {
    return new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/clients@${EVENT_GRID_API_VERSION}`,
      name,
      parentId: props.namespace.namespaceId,
      body: clientBody(props, this.authenticationName),
      // azapi takes an attribute that is gone for one that it need not change, and the client would stay in its
      // groups: a change of the set of keys replaces the client instead.
      replaceTriggersExternalValues: Object.keys(props.attributes ?? {}).sort(),
      locks: [props.namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
  }

  #declare(props: MqttClientProps, name: string): void {
    const { attributes = {} } = props;
    props.namespace.contents.clients.push({
      path: this.node.path,
      name,
      authenticationName: isUnresolved(this.authenticationName) ? undefined : this.authenticationName,
      attributes: isUnresolved(attributes) ? undefined : attributes,
      enabled: props.enabled ?? true,
      thumbprints: (props.certificateAuthentication.thumbprints ?? []).filter((one) => !isUnresolved(one)),
      needsCaCertificate: props.certificateAuthentication.scheme !== 'ThumbprintMatch',
      wills: this.#wills,
    });
  }
}

class ExistingClient extends Construct implements IMqttClient {
  readonly namespace: IEventGridNamespace;
  readonly authenticationName: string;

  constructor(scope: Construct, id: string, { namespace, authenticationName }: MqttClientAttributes) {
    super(scope, id);
    refuse(this, authenticationNameProblems(authenticationName));
    this.namespace = namespace;
    this.authenticationName = authenticationName;
  }
}

function authenticationNameProblems(name: string | undefined): string[] {
  return patternProblems('authenticationName', name, /^.{1,128}$/su, '1 to 128 characters long');
}

function clientBody(props: MqttClientProps, authenticationName: string): AzapiBody {
  const { scheme, thumbprints } = props.certificateAuthentication;
  const attributes = Object.entries(props.attributes ?? {}).map(([key, value]) => [key, attributeText(key, value)]);
  return {
    properties: {
      authenticationName: terraformText('authenticationName', authenticationName),
      clientCertificateAuthentication: { validationScheme: scheme, allowedThumbprints: thumbprints ?? null },
      attributes: Object.fromEntries(attributes),
      state: props.enabled === false ? 'Disabled' : 'Enabled',
      description: props.description,
    },
  };
}

function attributeText(key: string, value: AttributeValue): JsonValue {
  if (typeof value === 'string') return terraformText(`attributes.${key}`, value);
  if (typeof value === 'number' || isUnresolved(value)) return value;
  return value.map((element) => terraformText(`attributes.${key}`, element));
}

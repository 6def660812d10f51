/** MQTT 5 properties that travel with a message; on an MQTT 3.1.1 message there are none. */
export interface MessageProperties {
  readonly payloadFormatIndicator?: boolean;
  /** Seconds that are left when the message is handed on. */
  readonly messageExpirySeconds?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  /** In the order in which they were sent; a name may occur more than once. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

/** An application message. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties: MessageProperties;
}

/** A will as a client left it with the broker at CONNECT. */
export interface Will extends Message {
  readonly delaySeconds: number;
}

/** Who published a message, as rules and logs see it. */
export interface Origin {
  readonly kind: 'client' | 'will' | 'republish' | 'cloud';
  /** MQTT client id; absent when no MQTT client stands behind the message. */
  readonly clientId?: string;
  /** Certificate id, IAM principal or client authentication name. */
  readonly principal?: string;
  readonly remoteAddress?: string;
  /** How many republishes led to this message; the rule engine's loop guard. */
  readonly depth: number;
}

/** The other end of a connection, before it has said who it is. */
export interface Peer {
  readonly transport: 'tcp' | 'tls' | 'websocket' | 'memory';
  readonly remoteAddress: string;
  /** The client's certificate as it came in the TLS handshake (DER), the leaf first. Empty when it sent none. */
  readonly certificates: readonly Buffer[];
  /** The HTTP request that opened a WebSocket. */
  readonly upgrade?: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  };
  /** Set by code in this process that opened a memory connection: the principal it stands for. */
  readonly assertedPrincipal?: string;
}

/** What a client asks for in CONNECT. */
export interface ConnectRequest {
  /** Never empty: the broker assigns one first. */
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Buffer;
  readonly protocolVersion: 4 | 5;
  readonly cleanStart: boolean;
  readonly sessionExpirySeconds: number;
  readonly keepAliveSeconds: number;
  readonly will?: Will;
  /** MQTT 5 only; in the order in which they were sent. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
  /** Method of MQTT 5 enhanced authentication (4.12); an authenticator that knows none refuses with `badAuthenticationMethod`. */
  readonly authenticationMethod?: string;
  readonly authenticationData?: Buffer;
}

/** Why something was refused, for the person who reads the log. */
export interface Explanation {
  /** One sentence that says what was asked, and what forbids it or that nothing allows it. */
  readonly reason: string;
  /** E.g. `iot:Publish`. */
  readonly action?: string;
  /** AWS: the full ARN. Azure: topic or topic filter. */
  readonly resource?: string;
  /** AWS: the statement that denied, or that came nearest. */
  readonly statement?: string;
  /** Azure: the topic template or permission binding that came nearest. */
  readonly template?: string;
}

/** An answer of the cloud's access control. */
export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly explanation: Explanation;
      /** What an MQTT 5 client is told, in PUBACK, SUBACK or CONNACK. @default 0x87 not authorized */
      readonly reasonCode?: number;
    };

/** What one connected client may do; asked on every operation, so an implementation caches. */
export interface Permissions {
  publish(topic: string, options: { readonly retain: boolean }): Decision;
  subscribe(filter: string): Decision;
  /** Asked for each delivery. Absent where the cloud does not check deliveries. */
  receive?(topic: string): Decision;
}

/** Situations in which a CONNECT is refused; the profile maps each to a reason code. */
export type RefusalSituation =
  | 'notAuthorized'
  | 'badUserNameOrPassword'
  | 'badAuthenticationMethod'
  | 'clientIdentifierNotValid'
  | 'quotaExceeded'
  | 'serverUnavailable';

/** The outcome of authentication and connect authorisation. */
export type Authentication =
  | {
      readonly accepted: true;
      /** For logs, rules and lifecycle events: certificate id, IAM principal or client authentication name. */
      readonly principal: string;
      /** To whom the session belongs. A profile may let only the same owner take a session over. */
      readonly owner: string;
      readonly permissions: Permissions;
    }
  | {
      readonly accepted: false;
      readonly situation: RefusalSituation;
      readonly explanation: Explanation;
      /** Who it is, where that is known and only the permission is missing. */
      readonly principal?: string;
    };

/** The cloud's identity and access management, asked once per CONNECT. */
export interface Authenticator {
  authenticate(request: ConnectRequest, peer: Peer): Authentication;
  /**
   * Asked when a connected client sends AUTH with reason code 0x19; `request` carries the new method and data.
   * @default - re-authentication is a protocol error
   */
  reauthenticate?(request: ConnectRequest, peer: Peer): Authentication;
}

/** Receives every accepted message: topic rules on AWS, routing on Azure. */
export interface MessageSink {
  /** Returns `consumed` when the message must not reach subscribers (AWS basic ingest). */
  accept(message: Message, origin: Origin): 'deliver' | 'consumed';
}

/** Why a connection ended. Clouds translate it to their own words. */
export type DisconnectCause =
  | 'clientDisconnect'
  | 'clientDisconnectWithWill'
  | 'webSocketClose'
  | 'connectionLost'
  | 'keepAliveTimeout'
  | 'sessionTakenOver'
  | 'protocolError'
  | 'notAuthorized'
  | 'quotaExceeded'
  | 'sessionOverflow'
  | 'administrativeAction'
  | 'serverShutdown'
  | 'connectionExpired'
  | 'throttled'
  | 'serverError';

/** Something that the broker saw. Reported before its effect can be seen from outside. */
export type BrokerEvent = {
  readonly clientId: string;
  readonly principal?: string;
  readonly remoteAddress?: string;
} & (
  | {
      readonly kind: 'connect';
      readonly sessionId: string;
      readonly sessionPresent: boolean;
      readonly keepAliveSeconds: number;
      readonly protocolVersion: 4 | 5;
      readonly cleanStart: boolean;
      readonly sessionExpirySeconds: number;
      readonly will?: Will;
    }
  | {
      readonly kind: 'disconnect';
      /** The same as in the `connect` event of this connection. */
      readonly sessionId: string;
      readonly cause: DisconnectCause;
      readonly reasonCode?: number;
      readonly detail?: string;
    }
  | {
      readonly kind: 'refused';
      readonly operation: 'connect' | 'publish' | 'subscribe' | 'receive';
      readonly topic?: string;
      readonly reasonCode?: number;
      readonly explanation: Explanation;
    }
  | { readonly kind: 'subscribe'; readonly sessionId: string; readonly filters: readonly string[] }
  | { readonly kind: 'unsubscribe'; readonly sessionId: string; readonly filters: readonly string[] }
  | { readonly kind: 'publish'; readonly message: Message; readonly origin: Origin }
  | { readonly kind: 'deliver'; readonly message: Message }
  | {
      readonly kind: 'will';
      readonly message: Message;
      readonly outcome: 'published' | 'cancelled' | 'refused';
      readonly detail?: string;
    }
  /** A session ended: it expired, was replaced by a clean start, overflowed or was deleted. */
  | { readonly kind: 'sessionEnd'; readonly reason: 'disconnected' | 'expired' | 'cleanStart' | 'overflow' | 'deleted' }
  /** A message that a subscriber will not get. */
  | {
      readonly kind: 'drop';
      readonly message: Message;
      readonly reason: 'queueFull' | 'expired' | 'packetTooLarge' | 'slowReader' | 'refused';
    }
  | { readonly kind: 'warning'; readonly detail: string }
);

/** Hears what the broker sees: event log, lifecycle events, metrics. */
export interface BrokerObserver {
  /** Whether `deliver` events are wanted: one per message and subscriber. @default false */
  readonly observesDeliveries?: boolean;
  observe(event: BrokerEvent): void;
}

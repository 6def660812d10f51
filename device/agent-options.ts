import type { AwsSignatureOptions } from './aws-signature';
import type { BackOffOptions } from './back-off';
import type { MessageProperties, Payload, Qos } from './message';

/** Which broker the device talks to, for the limits that it must keep. */
export type Target = 'aws' | 'azure' | 'mqtt';

/** A key or certificate: a path to a PEM file, or the PEM itself. */
export type Pem = { readonly path: string } | { readonly pem: string };

/** How TLS is set up. The server's certificate and host name are always verified. */
export interface TlsOptions {
  /** Root certificates to trust instead of the system's. @default - the root certificates that Node.js trusts */
  readonly rootCa?: Pem;
  /** The device's certificate, with its chain if it has one; needs `privateKey`. @default - no client certificate */
  readonly certificate?: Pem;
  /** The key of `certificate`. */
  readonly privateKey?: Pem;
  /**
   * Protocol names to negotiate (ALPN).
   * @default - `x-amzn-mqtt-ca` with a client certificate on port 443, where AWS IoT Core asks for it; else none
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
   */
  readonly alpnProtocols?: readonly string[];
  /** Host name to verify and to send as SNI. @default - the endpoint's host name */
  readonly serverName?: string;
}

/** A message that the agent publishes by itself. */
export interface PresenceMessage extends MessageProperties {
  readonly topic: string;
  /** @default - zero bytes */
  readonly payload?: Payload;
  /** @default 1 */
  readonly qos?: Qos;
  /** @default false */
  readonly retain?: boolean;
  /** Adds session id and connect time to a payload that is a JSON object. @default false */
  readonly stampSession?: boolean;
}

/** The last will: what the broker publishes when the device vanishes. */
export interface WillOptions extends PresenceMessage {
  /** Seconds that the broker waits, from 0 to 4294967295 (Event Grid: 300); MQTT 5 only. @default 0 */
  readonly delaySeconds?: number;
}

/** What happens to messages that are published while there is no connection. */
export interface OfflineQueueOptions {
  /** Most messages that wait, 0 or more; one more is refused. @default 1000 */
  readonly maximumMessages?: number;
  /** Seconds after which a waiting message is given up, above 0. @default - the message's own expiry, else never */
  readonly expirySeconds?: number;
}

/** Everything that a {@link DeviceAgent} can be told. */
export interface DeviceAgentOptions {
  /** `host`, `host:port` or a URL with scheme mqtt, mqtts, ws or wss. Without a scheme the connection uses TLS. */
  readonly endpoint: string;
  /** Port, 1 to 65535. @default 8883; mqtt 1883, ws 80, wss 443 */
  readonly port?: number;
  /** Client id; at most 128 bytes on AWS IoT Core. Empty with MQTT 5: the broker assigns one. */
  readonly clientId: string;
  /** Limits to keep. @default - by the endpoint's name: AWS IoT Core, Event Grid, else those of MQTT alone */
  readonly target?: Target;
  /** 5, or 4 for MQTT 3.1.1. @default 5 */
  readonly protocolVersion?: 4 | 5;
  /** Whether a session that the broker still has is dropped. @default true */
  readonly cleanStart?: boolean;
  /** Seconds that the broker keeps the session after the connection, 0 to 4294967295; MQTT 5 only. @default 0 */
  readonly sessionExpirySeconds?: number;
  /** Seconds, 0 (off) to 65535; AWS IoT Core makes 30 to 1200 of it. @default 30 */
  readonly keepAliveSeconds?: number;
  /** Event Grid: the client authentication name. */
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
  /** Travels in a WebSocket where the endpoint has no scheme; the default port is then 443. @default false */
  readonly webSocket?: boolean;
  /** Signs the WebSocket with AWS credentials instead of showing a certificate; needs a WebSocket. @default - no signature */
  readonly awsSignature?: AwsSignatureOptions;
  readonly will?: WillOptions;
  /** Published each time a connection stands, before anything that waited. @default - none */
  readonly birth?: PresenceMessage;
  /** Published before a clean disconnect, which no will follows. @default - none */
  readonly offline?: PresenceMessage;
  readonly backOff?: BackOffOptions;
  /** Whether the first connection is tried again when it fails, or `connect` gives up. @default 'retry' */
  readonly initialConnect?: 'retry' | 'once';
  /** Seconds to wait for TCP, TLS and CONNACK together, above 0. @default 20 */
  readonly connectTimeoutSeconds?: number;
  /** Seconds to wait for PUBACK or SUBACK before the connection is given up and everything sent anew, above 0. @default 20 */
  readonly acknowledgementTimeoutSeconds?: number;
  readonly offlineQueue?: OfflineQueueOptions;
  /** Lets topic aliases be allocated within the server's maximum; MQTT 5 only. @default false */
  readonly topicAliases?: boolean;
}

import { isIP } from 'node:net';
import { mustBe } from '../presence/errors';

/** How packets travel: TCP or WebSocket, each with or without TLS. */
export type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss';

/** Where a broker listens. */
export interface Endpoint {
  readonly scheme: Scheme;
  /** Host name or IP address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path of a WebSocket, `/mqtt` on AWS IoT Core and Event Grid. */
  readonly path: string;
}

/** What an endpoint text leaves open. */
export interface EndpointDefaults {
  /** Port; wins over one in the text. */
  readonly port?: number;
  /** WebSocket where the text has no scheme. @default false */
  readonly webSocket?: boolean;
}

/** The ports of the schemes: 8883 and 1883 are registered for MQTT, 443 and 80 for HTTP. */
const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

const ENDPOINT =
  /^(?:([a-z]+):\/\/)?(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?)(?::(\d{1,5}))?(\/[^\s?#]*)?$/i;

/**
 * Reads `host`, `host:port` or `scheme://host[:port][/path]` with scheme mqtt, mqtts, ws or wss. Without a scheme the
 * connection uses TLS, except on port 1883, which is registered for MQTT without TLS.
 * @returns the endpoint, or what is wrong with it.
 */
export function parseEndpoint(text: string, defaults: EndpointDefaults = {}): Endpoint | { readonly problem: string } {
  const match = ENDPOINT.exec(isIP(text) === 6 ? `[${text}]` : text);
  const scheme = match?.[1]?.toLowerCase();
  if (match === null || (scheme !== undefined && !isScheme(scheme))) {
    return { problem: mustBe('endpoint', 'a host name, host:port or an mqtt, mqtts, ws or wss URL', text) };
  }
  const port = defaults.port ?? (match[3] === undefined ? undefined : Number(match[3]));
  if (port !== undefined && (!Number.isInteger(port) || port < 1 || port > 65_535)) {
    return { problem: mustBe('port', 'an integer from 1 to 65535', port) };
  }
  const resolved = scheme ?? schemeFor(port, defaults.webSocket ?? false);
  return {
    scheme: resolved,
    host: (match[2] as string).replace(/^\[|\]$/g, ''),
    port: port ?? DEFAULT_PORTS[resolved],
    path: match[4] === undefined || match[4] === '/' ? '/mqtt' : match[4],
  };
}

/** True when the endpoint's packets travel in a WebSocket. */
export function usesWebSocket(endpoint: Endpoint): boolean {
  return endpoint.scheme === 'ws' || endpoint.scheme === 'wss';
}

/** The endpoint as a URL, e.g. `mqtts://localhost:8883`. */
export function formatEndpoint(endpoint: Endpoint): string {
  const host = isIP(endpoint.host) === 6 ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.scheme}://${host}:${endpoint.port}${usesWebSocket(endpoint) ? endpoint.path : ''}`;
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

function schemeFor(port: number | undefined, webSocket: boolean): Scheme {
  if (webSocket) return 'wss';
  return port === DEFAULT_PORTS.mqtt ? 'mqtt' : 'mqtts';
}

import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { Clock } from '../presence/clock';
import { signWebSocketUrl } from './aws-signature';
import { type Endpoint, formatEndpoint } from './endpoint';
import type { ResolvedOptions } from './resolved-options';
import type { TlsMaterial } from './tls-material';

/** Opens the byte stream to the broker that the options name, signing a WebSocket where they say so. */
export async function openStreamTo({ endpoint, tls, awsSignature }: ResolvedOptions, clock: Clock): Promise<Duplex> {
  if (awsSignature === undefined) return openTransport(endpoint, tls);
  const credentials = await awsSignature.credentials();
  return openTransport(endpoint, tls, {
    url: await signWebSocketUrl(endpoint, credentials, awsSignature.region, clock.now()),
  });
}

/** What a WebSocket handshake needs besides the endpoint. */
interface WebSocketRequest {
  /** The URL to ask for, signed where the broker wants a signature. @default - the endpoint's */
  readonly url?: string;
}

/** Opens the byte stream that MQTT packets travel on. Errors come as the stream's `error` event. */
function openTransport(endpoint: Endpoint, tls: TlsMaterial, request: WebSocketRequest = {}): Duplex {
  const { host, port } = endpoint;
  switch (endpoint.scheme) {
    case 'mqtt':
      return connectTcp({ host, port, noDelay: true });
    case 'mqtts':
      return connectTls({ host, port, ...tlsConnectionOptions(endpoint, tls) }).setNoDelay(true);
    case 'ws':
    case 'wss':
      return createWebSocketStream(
        new WebSocket(request.url ?? formatEndpoint(endpoint), 'mqtt', {
          ...tlsConnectionOptions(endpoint, tls),
          perMessageDeflate: false,
        }),
      );
  }
}

function tlsConnectionOptions(endpoint: Endpoint, tls: TlsMaterial): ConnectionOptions {
  const serverName = tls.serverName ?? endpoint.host;
  return {
    ca: tls.rootCa,
    cert: tls.certificate,
    key: tls.privateKey,
    // SNI may not hold an IP address (RFC 6066, 3).
    servername: isIP(serverName) === 0 ? serverName : '',
    ALPNProtocols: tls.alpnProtocols === undefined ? undefined : [...tls.alpnProtocols],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
}

import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { Clock } from '../presence/clock';
import { signWebSocketUrl } from './aws-signature';
import { formatEndpoint } from './endpoint';
import type { ResolvedOptions } from './resolved-options';
import type { SecureContexts } from './secure-contexts';

/** What opening a stream needs besides the options. */
export interface TransportParts {
  readonly clock: Clock;
  readonly secureContexts: SecureContexts;
}

/**
 * Opens the byte stream that MQTT packets travel on, signing a WebSocket where the options say so. Errors of the network
 * come as the stream's `error` event.
 */
export async function openTransport(options: ResolvedOptions, parts: TransportParts): Promise<Duplex> {
  const { host, port, scheme } = options.endpoint;
  switch (scheme) {
    case 'mqtt':
      return connectTcp({ host, port, noDelay: true });
    case 'mqtts':
      return connectTls({ host, port, ...tlsOptions(options, parts) }).setNoDelay(true);
    case 'ws':
    case 'wss': {
      const tls = scheme === 'wss' ? tlsOptions(options, parts) : {};
      const url = await webSocketUrl(options, parts.clock);
      const stream = createWebSocketStream(new WebSocket(url, 'mqtt', { ...tls, perMessageDeflate: false }));
      // A WebSocket that the other side has closed has no half left to write to; ws waits for the end of writing.
      return stream.once('end', () => stream.destroy());
    }
  }
}

async function webSocketUrl({ endpoint, awsSignature }: ResolvedOptions, clock: Clock): Promise<string> {
  if (awsSignature === undefined) return formatEndpoint(endpoint);
  return signWebSocketUrl(endpoint, await awsSignature.credentials(), awsSignature.region, clock.now());
}

function tlsOptions({ endpoint, tls }: ResolvedOptions, { secureContexts }: TransportParts): ConnectionOptions {
  const serverName = tls.serverName ?? endpoint.host;
  return {
    secureContext: secureContexts.of(tls),
    // SNI may not hold an IP address (RFC 6066, 3).
    servername: isIP(serverName) === 0 ? serverName : '',
    ALPNProtocols: tls.alpnProtocols === undefined ? undefined : [...tls.alpnProtocols],
    rejectUnauthorized: true,
  };
}

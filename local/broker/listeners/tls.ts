import type { X509Certificate } from 'node:crypto';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Broker } from '../broker';
import { type Listener, type ListenOptions, listen } from './listener';
import { PendingSockets } from './pending-sockets';

/** The server's side of TLS. */
export interface TlsListenOptions extends ListenOptions {
  /** PEM: the server's certificate, followed by intermediates. */
  readonly certificate: string | Buffer;
  /** PEM. */
  readonly privateKey: string | Buffer;
  /** Milliseconds for the handshake. @default 10000 */
  readonly handshakeTimeoutMilliseconds?: number;
  /** Sockets that may be in a handshake at once; above it the oldest is cut. @default 10000 */
  readonly maximumPendingSockets?: number;
}

/** Most certificates of a client's chain that are handed on. */
const LONGEST_CHAIN = 10;

/**
 * Serves MQTT over TLS 1.2 and 1.3. Every client is asked for a certificate, and none is refused here: whether one is
 * needed, and which, is for the cloud's registry to decide, which gets the chain in `Peer.certificates`.
 */
export async function listenTls(broker: Broker, options: TlsListenOptions): Promise<Listener> {
  // Half-open, so that Node leaves it to the broker when to tear a stream down whose client is gone.
  const server = createServer({ ...tlsOptions(options), noDelay: true, allowHalfOpen: true }, (socket) => {
    pending.remove(socket);
    const remoteAddress = socket.remoteAddress ?? '';
    broker.accept(socket, { transport: 'tls', remoteAddress, certificates: certificateChain(socket) });
  });
  const pending = new PendingSockets(server, options.maximumPendingSockets);
  // A handshake that fails concerns that client alone; Node destroys its socket.
  server.on('tlsClientError', () => undefined);
  const listener = await listen(server, options);
  const close = (): Promise<void> => {
    pending.destroyAll();
    return listener.close();
  };
  return { ...listener, close };
}

/** What a TLS server is told, whatever protocol it carries. */
export function tlsOptions(options: TlsListenOptions): TlsOptions {
  return {
    cert: options.certificate,
    key: options.privateKey,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    handshakeTimeout: options.handshakeTimeoutMilliseconds ?? 10_000,
  };
}

/** The client's certificates as they came in the handshake (DER), the leaf first. */
export function certificateChain(socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < LONGEST_CHAIN) {
    const { raw } = certificate;
    if (chain.some((earlier) => earlier.equals(raw))) break;
    chain.push(raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

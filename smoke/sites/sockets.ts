import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import { LastwillError } from '../../presence/errors';

/** Whom to trust and as whom to come, in PEM. */
export interface TlsIdentity {
  /** @default - the root certificates that Node.js trusts */
  readonly rootCa?: string;
  /** @default - no client certificate */
  readonly certificate?: string;
  readonly privateKey?: string;
}

const TIMEOUT_MILLISECONDS = 15_000;

/**
 * Connects with TLS.
 * @throws LastwillError CONNECTION_FAILED
 */
export function dialTls(host: string, port: number, identity: TlsIdentity): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...tlsOptions(host, identity), timeout: TIMEOUT_MILLISECONDS });
    const fail = (why: string): void => {
      socket.destroy();
      reject(failure(`${host}:${port}`, why));
    };
    socket.setNoDelay(true);
    socket.once('timeout', () => fail('no answer'));
    socket.once('error', ({ message }) => fail(message));
    socket.once('secureConnect', () => {
      socket.setTimeout(0).removeAllListeners('error');
      resolve(socket);
    });
  });
}

/**
 * Opens a WebSocket for MQTT over TLS. The URL may hold a signature: it is never part of an error.
 * @throws LastwillError CONNECTION_FAILED
 */
export function dialWebSocket(url: string, identity: TlsIdentity): Promise<Duplex> {
  const { host, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'mqtt', {
      ...tlsOptions(hostname, identity),
      perMessageDeflate: false,
      handshakeTimeout: TIMEOUT_MILLISECONDS,
    });
    socket.once('error', ({ message }) => reject(failure(host, message)));
    socket.once('open', () => resolve(createWebSocketStream(socket)));
  });
}

function tlsOptions(host: string, { rootCa, certificate, privateKey }: TlsIdentity) {
  return {
    // SNI may not hold an IP address (RFC 6066, 3).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(rootCa === undefined ? {} : { ca: rootCa }),
    ...(certificate === undefined ? {} : { cert: certificate, key: privateKey }),
  };
}

function failure(where: string, why: string): LastwillError {
  return new LastwillError('CONNECTION_FAILED', `cannot connect to ${where}: ${why}`);
}

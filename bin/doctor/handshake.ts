import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext } from 'node:tls';

/** What a TLS handshake is made with, in PEM. */
interface HandshakeMaterial {
  /** @default - the root certificates that Node.js trusts */
  readonly rootCa?: string;
  /** @default - no client certificate */
  readonly certificate?: string;
  readonly privateKey?: string;
}

const TIMEOUT_MILLISECONDS = 10_000;

/** Connects with TLS and verifies chain and host name; resolves to what was wrong, `undefined` when nothing was. */
export function handshakeProblem(host: string, port: number, material: HandshakeMaterial): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    const socket = connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: secureContextOf(material),
      timeout: TIMEOUT_MILLISECONDS,
    });
    socket
      .once('secureConnect', () => finish(undefined))
      .once('timeout', () => finish(`no TLS handshake within ${TIMEOUT_MILLISECONDS / 1000} s`))
      .on('error', (error: NodeJS.ErrnoException) => finish(problemOf(error)));
  });
}

/** A certificate that its key does not fit is left out: what is asked about is the other side. */
function secureContextOf({ rootCa, certificate, privateKey }: HandshakeMaterial): SecureContext {
  const root = rootCa === undefined ? {} : { ca: rootCa };
  if (certificate === undefined || privateKey === undefined) return createSecureContext(root);
  try {
    return createSecureContext({ ...root, cert: certificate, key: privateKey });
  } catch {
    return createSecureContext(root);
  }
}

function problemOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name does not resolve';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  return message === '' ? (code ?? 'the connection failed') : message;
}

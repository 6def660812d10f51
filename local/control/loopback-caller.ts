import type { IncomingHttpHeaders } from 'node:http';

/**
 * Names that mean this machine wherever they are looked up: nobody can make a name of the outside out of them. A
 * container reaches its host by the last two.
 */
const LOOPBACK =
  /^(([\w-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\]|host\.docker\.internal|host\.containers\.internal)\.?(:\d{1,5})?$/i;

/**
 * Why a request does not come from a program of this machine; `undefined` when it does. A web page is kept out even
 * where its own host name was made to lead here.
 * @see https://owasp.org/www-community/attacks/DNS_rebinding
 */
export function foreignCaller({ host, origin }: IncomingHttpHeaders): string | undefined {
  if (host === undefined || !LOOPBACK.test(host)) {
    return `the Host must be localhost or 127.0.0.1, got '${host ?? ''}': the embedded cloud answers this machine only`;
  }
  if (origin === undefined) return undefined;
  return `the embedded cloud does not answer web pages, got a request of the Origin '${origin}'`;
}

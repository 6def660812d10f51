import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsMaterial } from './tls-material';

/** Keys and certificates as TLS uses them, prepared once for all connections that show the same. */
export class SecureContexts {
  readonly #prepared = new Map<string, SecureContext>();

  /** The context of these keys and certificates. */
  of({ rootCa, certificate, privateKey }: TlsMaterial): SecureContext {
    const name = JSON.stringify([rootCa, certificate, privateKey]);
    const prepared = this.#prepared.get(name);
    if (prepared !== undefined) return prepared;
    const context = createSecureContext({ ca: rootCa, cert: certificate, key: privateKey, minVersion: 'TLSv1.2' });
    this.#prepared.set(name, context);
    return context;
  }
}

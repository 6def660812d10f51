import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LastwillError, throwIfAny } from '../presence/errors';
import type { Pem, TlsOptions } from './agent-options';
import type { Endpoint } from './endpoint';

/** Keys and certificates as TLS takes them. */
export interface TlsMaterial {
  readonly rootCa?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly alpnProtocols?: readonly string[];
  readonly serverName?: string;
  /** What `rootCa` was read from, for explanations. */
  readonly rootCaName: string;
}

/**
 * Reads what paths name and proves that key and certificate belong together.
 * @throws LastwillError FILE_UNREADABLE, CREDENTIAL_INVALID; neither ever shows a key.
 */
export function loadTlsMaterial(options: TlsOptions, endpoint: Endpoint): TlsMaterial {
  const problems: string[] = [];
  const [rootCa, certificate, privateKey] = (['rootCa', 'certificate', 'privateKey'] as const).map((name) =>
    readPem(options[name], problems),
  );
  throwIfAny('FILE_UNREADABLE', problems);
  if (rootCa !== undefined) parseCertificate(rootCa, nameOf(options.rootCa, 'tls.rootCa'));
  if (certificate !== undefined && privateKey !== undefined) checkPair(certificate, privateKey, options);
  const onPort443 = certificate !== undefined && endpoint.scheme === 'mqtts' && endpoint.port === 443;
  const material: TlsMaterial = {
    rootCa,
    certificate,
    alpnProtocols: options.alpnProtocols ?? (onPort443 ? ['x-amzn-mqtt-ca'] : undefined),
    serverName: options.serverName,
    rootCaName:
      rootCa === undefined ? 'the root certificates that Node.js trusts' : nameOf(options.rootCa, 'tls.rootCa'),
  };
  // Whoever prints the options must not print the key.
  return Object.defineProperty(material, 'privateKey', { value: privateKey, enumerable: false });
}

function checkPair(certificate: string, privateKey: string, options: TlsOptions): void {
  const certificateName = nameOf(options.certificate, 'tls.certificate');
  const keyName = nameOf(options.privateKey, 'tls.privateKey');
  const leaf = parseCertificate(certificate, certificateName);
  const key = parseKey(privateKey, keyName);
  if (!leaf.checkPrivateKey(key)) {
    throw new LastwillError(
      'CREDENTIAL_INVALID',
      `${keyName} must be the key of ${certificateName}; it belongs to another one`,
    );
  }
}

function parseCertificate(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new LastwillError('CREDENTIAL_INVALID', `${name} must be a certificate in PEM`, { cause: error });
  }
}

function parseKey(pem: string, name: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new LastwillError('CREDENTIAL_INVALID', `${name} must be a private key in PEM without a passphrase`, {
      cause: error,
    });
  }
}

function nameOf(source: Pem | undefined, option: string): string {
  return source !== undefined && 'path' in source ? source.path : option;
}

function readPem(source: Pem | undefined, problems: string[]): string | undefined {
  if (source === undefined || 'pem' in source) return source?.pem;
  try {
    return readFileSync(source.path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    problems.push(
      `${source.path} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(error)})`}`,
    );
    return undefined;
  }
}

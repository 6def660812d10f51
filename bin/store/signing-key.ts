import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { LastwillError } from '../../presence/errors';

/** A key pair in the form that certificates and requests are signed with. */
export interface SigningKey {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly algorithm: { readonly name: string; readonly hash: string };
}

const CURVES: Readonly<Record<string, { readonly namedCurve: string; readonly hash: string }>> = {
  prime256v1: { namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};

/** A new private key on curve P-256, in PEM (PKCS #8). */
export function generatePrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads a private key: EC on P-256, P-384 or P-521, or RSA.
 * @param path named in errors; the key's text never is.
 * @throws LastwillError CREDENTIAL_INVALID
 */
export async function readSigningKey(pem: string, path: string): Promise<SigningKey> {
  const privateKey = parsePrivateKey(pem, path);
  const algorithm = signatureAlgorithm(privateKey, path);
  const { subtle } = webcrypto;
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const [signing, verifying] = await Promise.all([
    subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
    subtle.importKey('spki', spki, algorithm, true, ['verify']),
  ]);
  return { keys: { privateKey: signing, publicKey: verifying }, algorithm };
}

function parsePrivateKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new LastwillError('CREDENTIAL_INVALID', `${path} must be a private key in PEM without a passphrase`, {
      cause: error,
    });
  }
}

function signatureAlgorithm(key: KeyObject, path: string): { name: string; hash: string; namedCurve?: string } {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ec' && curve !== undefined) return { name: 'ECDSA', ...curve };
  throw new LastwillError('CREDENTIAL_INVALID', `${path} must be an EC key on P-256, P-384 or P-521, or an RSA key`);
}

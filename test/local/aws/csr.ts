import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A fresh request for a key of that kind, with any subject. */
export async function testCsr(
  kind: 'rsa:1024' | 'rsa:2048' | 'P-256' | 'P-384',
  name: Readonly<Record<string, string[]>>[] = [{ CN: ['device'] }],
): Promise<{ readonly csr: string; readonly publicKey: KeyObject }> {
  const algorithm = kind.startsWith('rsa')
    ? {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: Number(kind.slice(4)),
        publicExponent: new Uint8Array([1, 0, 1]),
      }
    : { name: 'ECDSA', namedCurve: kind, hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in keys)) throw new Error('a pair was asked for');
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm });
  return { csr: request.toString('pem'), publicKey: KeyObject.from(keys.publicKey) };
}

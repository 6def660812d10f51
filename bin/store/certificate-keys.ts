import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

/** The public half of a private key in PEM, in DER (SPKI). @throws Error when it is no private key without a passphrase */
export function publicKeyOfPrivate(pem: string): Buffer {
  return createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
}

/** The public key of a certificate in PEM, in DER (SPKI). @throws Error when it is no certificate */
export function publicKeyOfCertificate(pem: string): Buffer {
  return new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
}

/** Whether a certificate is that of a private key, both in PEM; false where one of them cannot be read. */
export function belongTogether(certificatePem: string, privateKeyPem: string): boolean {
  try {
    return publicKeyOfCertificate(certificatePem).equals(publicKeyOfPrivate(privateKeyPem));
  } catch {
    return false;
  }
}

/** SHA-256 of a certificate in DER, 64 lower-case hexadecimal digits: thumbprint on Azure, certificate id on AWS. */
export function thumbprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprintDigits(fingerprint256);
}

/** The digits of a fingerprint as Node.js writes it, in lower case and without colons. */
export function fingerprintDigits(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

import { type BinaryLike, createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Endpoint } from './endpoint';

/** AWS credentials, as the AWS SDKs name them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a WebSocket to AWS IoT Core is signed. */
export interface AwsSignatureOptions {
  /** Asked before every connection, so that credentials may change. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** @default - from the endpoint's host name */
  readonly region?: string;
}

/** The data plane's name in signatures. @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html */
const SERVICE = 'iotdevicegateway';

/** Every connection has a signature of its own, so it need not be good for long. */
const EXPIRES_SECONDS = 300;

/** The region in the host name of an AWS IoT Core endpoint; `undefined` for any other host. */
export function regionOf(host: string): string | undefined {
  return /\.iot\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\.?$/i.exec(host)?.[1];
}

/**
 * The URL of a WebSocket with a Signature Version 4 in its query. The session token is appended after signing, as AWS IoT
 * Core wants it, unlike other services.
 * @param now milliseconds since 1970-01-01T00:00:00Z
 */
export async function signWebSocketUrl(
  endpoint: Endpoint,
  credentials: AwsCredentials,
  region: string,
  now: number,
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: SERVICE,
    sha256: Sha256,
    applyChecksum: false,
  });
  const host = hostHeader(endpoint);
  const request = { method: 'GET', protocol: 'wss:', hostname: endpoint.host, path: endpoint.path, headers: { host } };
  const signed = await signer.presign(request, { expiresIn: EXPIRES_SECONDS, signingDate: new Date(now) });
  const token = sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken };
  const query = Object.entries({ ...signed.query, ...token })
    .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
    .join('&');
  return `${endpoint.scheme}://${host}${endpoint.path}?${query}`;
}

/** The Host header as it will be sent: without the scheme's own port. */
function hostHeader({ host, port, scheme }: Endpoint): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (scheme === 'wss' ? 443 : 80) ? name : `${name}:${port}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** SHA-256, or HMAC-SHA-256 with a secret, in the form that the signer takes. */
class Sha256 {
  readonly #secret: BinaryLike | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytes(secret);
    this.#hash = this.#create();
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#create();
  }

  #create(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

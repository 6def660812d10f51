import { createHash } from 'node:crypto';
import {
  canonicalQuery,
  encodeForSignature,
  queryPairs,
  sameSignature,
  signatureOf,
  signedHosts,
} from '../../signature-v4';
import type { HttpCall } from '../http-exchange';
import type { AwsAccount } from '../ports';
import { ServiceError } from './service-error';

/** Who signed a request, for which service and region. */
export interface RequestSignature {
  readonly accessKeyId: string;
  /** Day, region, service and `aws4_request`. */
  readonly scope: string;
  readonly region: string;
  /** The name in the credential scope, e.g. `iot` or `iotdata`. */
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/((\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request), *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})$/;

/**
 * Reads the Signature Version 4 of a request, which must be there, complete and dated.
 * @throws ServiceError as AWS answers a request without signature or with an incomplete one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature({ headers }: HttpCall): RequestSignature {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId = '', scope = '', , region = '', service = '', names = '', signature = ''] =
    HEADER.exec(authorization) ?? [];
  if (accessKeyId === '') {
    const message =
      "the Authorization header must read 'AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=..., Signature=...'";
    throw new ServiceError('IncompleteSignatureException', message);
  }
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    throw new ServiceError('IncompleteSignatureException', "the request must have a header 'X-Amz-Date' or 'Date'");
  }
  const signedHeaders = names.split(';');
  if (!signedHeaders.includes('host')) {
    throw new ServiceError('IncompleteSignatureException', "'host' must be one of the SignedHeaders");
  }
  return { accessKeyId, scope, region, service, signedHeaders, signature };
}

/**
 * Refuses a request for another region than the embedded one, where nothing could be found.
 * @throws ServiceError
 */
export function requireRegion(signature: RequestSignature, region: string): void {
  // IAM is a global service, whose requests are signed for one region of the partition.
  if (signature.service === 'iam' || signature.region === region) return;
  throw new ServiceError(
    'InvalidSignatureException',
    `Credential should be scoped to a valid region, not '${signature.region}': the embedded AWS runs in '${region}'`,
  );
}

/**
 * Refuses a request that names the account's own access key and was not signed with its secret. Another key is taken as
 * it is: its secret is not known here, and only this machine is listened to.
 * @throws ServiceError as AWS words it
 */
export function requireSecret(call: HttpCall, signature: RequestSignature, { caller }: AwsAccount): void {
  const { key } = caller;
  if (key === undefined || key.accessKeyId !== signature.accessKeyId) return;
  if (headerOf(call, 'x-amz-security-token') !== (key.sessionToken ?? '')) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const { secretAccessKey } = key;
  const { scope } = signature;
  const date = headerOf(call, 'x-amz-date') || headerOf(call, 'date');
  const expected = signedHosts(headerOf(call, 'host')).map((host) =>
    signatureOf({ canonicalRequest: canonicalRequest(call, signature, host), date, scope, secretAccessKey }),
  );
  if (expected.some((candidate) => sameSignature(candidate, signature.signature))) return;
  throw new ServiceError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}

function canonicalRequest(call: HttpCall, { signedHeaders }: RequestSignature, host: string): string {
  const lines = signedHeaders.map((name) => `${name}:${name === 'host' ? host : headerOf(call, name)}\n`);
  const payload = createHash('sha256').update(call.body).digest('hex');
  return [
    call.method,
    canonicalPath(call.path),
    canonicalQuery(queryPairs(call.search)),
    lines.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** The path as it was sent is encoded once more. */
function canonicalPath(path: string): string {
  return path.split('/').map(encodeForSignature).join('/');
}

function headerOf({ headers }: HttpCall, name: string): string {
  const value = headers[name];
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replace(/ +/g, ' ');
}

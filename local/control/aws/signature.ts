import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from './service-error';

/** Who signed a request, for which service and region. */
export interface RequestSignature {
  readonly accessKeyId: string;
  readonly region: string;
  /** The name in the credential scope, e.g. `iot` or `iotdata`. */
  readonly service: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})$/;

/**
 * Reads the Signature Version 4 of a request. It must be there, complete and dated; which key signed does not matter,
 * because the embedded account has one caller and listens on this machine only.
 * @throws ServiceError as AWS answers a request without signature or with an incomplete one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature(headers: IncomingHttpHeaders): RequestSignature {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId = '', , region = '', service = '', signedHeaders = ''] = HEADER.exec(authorization) ?? [];
  if (accessKeyId === '') {
    const message =
      "the Authorization header must read 'AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=..., Signature=...'";
    throw new ServiceError('IncompleteSignature', message);
  }
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    throw new ServiceError('IncompleteSignature', "the request must have a header 'X-Amz-Date' or 'Date'");
  }
  if (!signedHeaders.split(';').includes('host')) {
    throw new ServiceError('IncompleteSignature', "'host' must be one of the SignedHeaders");
  }
  return { accessKeyId, region, service };
}

/**
 * Refuses a request for another region than the embedded one, where nothing could be found.
 * @throws ServiceError
 */
export function requireRegion(signature: RequestSignature, region: string): void {
  // IAM is a global service, whose requests are signed for one region of the partition.
  if (signature.service === 'iam' || signature.region === region) return;
  throw new ServiceError(
    'SignatureDoesNotMatch',
    `Credential should be scoped to a valid region: the embedded AWS runs in '${region}', got '${signature.region}'`,
  );
}

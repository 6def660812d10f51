import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What a Signature Version 4 is made of. */
export interface SignedText {
  /** The request in its canonical form. */
  readonly canonicalRequest: string;
  /** As in `X-Amz-Date`, e.g. `20260102T030405Z`. */
  readonly date: string;
  /** Day, region, service and `aws4_request`, e.g. `20260102/us-east-1/iot/aws4_request`. */
  readonly scope: string;
  readonly secretAccessKey: string;
}

/**
 * The Signature Version 4 of a request, in hexadecimal digits.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureOf({ canonicalRequest, date, scope, secretAccessKey }: SignedText): string {
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    );
  return createHmac('sha256', key).update([ALGORITHM, date, scope, digest].join('\n')).digest('hex');
}

/** Query parameters, encoded and in order, without those that are not signed. */
export function canonicalQuery(pairs: Iterable<readonly [string, string]>): string {
  return [...pairs]
    .map(([name, value]) => [encodeForSignature(name), encodeForSignature(value)] as const)
    .sort(([name, value], [otherName, other]) => compare(name, otherName) || compare(value, other))
    .map((pair) => pair.join('='))
    .join('&');
}

/** The pairs of a query as it was sent. A `+` is itself: who signs writes a space as `%20`. */
export function queryPairs(query: string): (readonly [string, string])[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** Percent-encodes all but letters, digits, `-`, `.`, `_` and `~`. */
export function encodeForSignature(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * A host as it may have been signed: clients that take the embedded endpoint for AWS's leave out the port on which it
 * listens.
 */
export function signedHosts(host: string): readonly string[] {
  return [host, host.replace(/:\d+$/, '')];
}

/** Compares signatures in a time that does not depend on how alike they are. */
export function sameSignature(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { createHash } from 'node:crypto';
import type { Clock } from '../../presence/clock';
import type { Peer } from '../ports';
import { canonicalQuery, queryPairs, sameSignature, signatureOf, signedHosts } from '../signature-v4';
import type { AuthenticationErrorCode } from './access-control';
import type { WebSocketIdentity } from './authenticator';
import type { IamIdentity } from './iam-identity';

/** What a signature is checked against. */
export interface SignatureCheck {
  readonly identities: readonly IamIdentity[];
  readonly region: string;
  readonly clock: Clock;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** The data plane's name in signatures. @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html */
const SERVICE = 'iotdevicegateway';
/** A connection over WebSocket lives for a day at most; a signature is not good for longer. */
const LONGEST_SECONDS = 86_400;
/** How far the client's clock may be ahead. */
const CLOCK_SKEW_MILLISECONDS = 900_000;
const EMPTY_PAYLOAD = createHash('sha256').digest('hex');

type Upgrade = NonNullable<Peer['upgrade']>;

class SignatureRefusal {
  constructor(
    readonly code: AuthenticationErrorCode,
    readonly reason: string,
  ) {}
}

/**
 * Says which IAM identity signed the request that opened a WebSocket: Signature Version 4 in the query, for `GET
 * /mqtt`, the session token appended after signing.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function webSocketIdentity(upgrade: Upgrade, check: SignatureCheck): WebSocketIdentity {
  const query = upgrade.url.split('?')[1] ?? '';
  const outcome = identify(new Map(queryPairs(query)), upgrade, check);
  if (!(outcome instanceof SignatureRefusal)) return { principal: outcome.userId };
  return { code: outcome.code, reason: outcome.reason };
}

function identify(
  query: ReadonlyMap<string, string>,
  upgrade: Upgrade,
  check: SignatureCheck,
): IamIdentity | SignatureRefusal {
  const [accessKeyId, day = '', region, service, terminator] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signature = query.get('X-Amz-Signature');
  if (query.get('X-Amz-Algorithm') !== ALGORITHM || signature === undefined || accessKeyId === undefined) {
    return new SignatureRefusal('NOT_AUTHENTICATED', `the request for ${path(upgrade)} has no ${ALGORITHM} signature`);
  }
  const scope = `${day}/${check.region}/${SERVICE}/aws4_request`;
  if (`${day}/${region}/${service}/${terminator}` !== scope) {
    const got = `${day}/${region}/${service}/${terminator}`;
    return new SignatureRefusal('SECURITY_TOKEN_SIGNATURE_MISMATCH', `the scope must be ${scope}, got ${got}`);
  }
  const identity = check.identities.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (identity === undefined || identity.sessionToken !== query.get('X-Amz-Security-Token')) {
    const what = identity === undefined ? `access key ${accessKeyId}` : 'the session token';
    return new SignatureRefusal('SECURITY_TOKEN_INVALID', `${what} is not known here`);
  }
  const untimely = timeRefusal(query, check.clock);
  if (untimely !== undefined) return untimely;
  const date = query.get('X-Amz-Date') ?? '';
  const expected = signedHosts(headerOf(upgrade, 'host')).map((host) =>
    signatureOf({ ...identity, canonicalRequest: canonicalRequest(query, upgrade, host), date, scope }),
  );
  if (expected.some((candidate) => sameSignature(candidate, signature))) return identity;
  return new SignatureRefusal(
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    'the signature is not the one of this request and key',
  );
}

function timeRefusal(query: ReadonlyMap<string, string>, clock: Clock): SignatureRefusal | undefined {
  const date = query.get('X-Amz-Date') ?? '';
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const seconds = Math.min(Number(query.get('X-Amz-Expires') ?? LONGEST_SECONDS), LONGEST_SECONDS);
  if (Number.isNaN(signedAt) || Number.isNaN(seconds)) {
    return new SignatureRefusal('NOT_AUTHENTICATED', `X-Amz-Date or X-Amz-Expires cannot be read, got '${date}'`);
  }
  const age = clock.now() - signedAt;
  if (age > seconds * 1_000) {
    return new SignatureRefusal('SECURITY_TOKEN_EXPIRED', `the signature of ${date} was good for ${seconds} seconds`);
  }
  if (age >= -CLOCK_SKEW_MILLISECONDS) return undefined;
  return new SignatureRefusal('SECURITY_TOKEN_SIGNATURE_MISMATCH', `the signature is of ${date}, which is yet to come`);
}

function canonicalRequest(query: ReadonlyMap<string, string>, upgrade: Upgrade, host: string): string {
  const pairs = [...query].filter(([name]) => name !== 'X-Amz-Signature' && name !== 'X-Amz-Security-Token');
  const headers = (query.get('X-Amz-SignedHeaders') ?? 'host').split(';');
  const lines = headers.map((name) => `${name}:${name === 'host' ? host : headerOf(upgrade, name)}\n`);
  return ['GET', path(upgrade), canonicalQuery(pairs), lines.join(''), headers.join(';'), EMPTY_PAYLOAD].join('\n');
}

function headerOf({ headers }: Upgrade, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
}

function path({ url }: Upgrade): string {
  return url.split('?')[0] ?? '';
}

import { types } from 'node:util';
import { LastwillError } from '../../presence/errors';

/** The call that failed. */
export interface FailedCall {
  /** The IAM action, e.g. `iot:DescribeEndpoint`. */
  readonly action: string;
  readonly region?: string;
  /** Where the credentials were looked for, as AWS_PROFILE names it. */
  readonly profile?: string;
}

type Explain = (error: Error, call: FailedCall) => string;

const RETRY = 'wait a minute and try again';
const LOG_IN = "log in with 'aws sso login' and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** What an error of the SDK means, by its name. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  CredentialsProviderError: noCredentials,
  TokenProviderError: (error) => `the AWS login has ended (${firstLine(error)}): log in again with 'aws sso login'`,
  ...named(
    ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    () => "the AWS credentials have expired: log in again with 'aws sso login', or set a new AWS_SESSION_TOKEN",
  ),
  ...named(
    ['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId'],
    () => 'AWS does not know the access key: check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
  ),
  ...named(['SignatureDoesNotMatch', 'InvalidSignatureException', 'IncompleteSignature'], (error) =>
    /region/i.test(error.message)
      ? `AWS refused the region (${firstLine(error)}): name the region of the stack with --region`
      : `AWS refused the signature (${firstLine(error)}): check AWS_SECRET_ACCESS_KEY and the clock of this machine`,
  ),
  ...named(
    [
      'AccessDenied',
      'AccessDeniedException',
      'ForbiddenException',
      'UnauthorizedException',
      'AuthorizationError',
      'AuthorizationErrorException',
    ],
    (error, { action }) =>
      `AWS does not allow ${action} (${firstLine(error)}): ask for this permission, or use another AWS_PROFILE`,
  ),
  ...named(
    ['Throttling', 'ThrottlingException', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded'],
    throttled,
  ),
  ...named(['ServiceUnavailableException', 'InternalFailureException', 'InternalFailure'], unanswered),
  ...named(['TimeoutError', 'NetworkingError'], unreachable),
};

const UNREACHABLE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO|socket hang up|aborted)\b/;
/** Node's codes for a chain of certificates that does not lead to a root that it trusts. */
const UNTRUSTED = /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_CERT_)/;
/** What the SDK says when nobody of its chain had credentials. */
const NOBODY = 'Could not load credentials from any providers';
/** Errors of the SDK about an answer that is not what the service's protocol says. */
const UNREADABLE = /is not valid JSON|in JSON at position|XML parse error|Deserialization error/;
/** What the SDK puts before an error that it does not take for one. */
const WRAPPER = /^AWS SDK error wrapper for (\w*Error: )?/;

/** An error of AWS's SDK in one line that says what to do. */
export function awsError(error: unknown, call: FailedCall): LastwillError {
  if (error instanceof LastwillError) return error;
  return new LastwillError('CLOUD_CALL_FAILED', explain(error, call), { cause: error });
}

function explain(error: unknown, call: FailedCall): string {
  if (!types.isNativeError(error)) return `AWS refused ${call.action}: ${String(error)}`;
  const region = regionProblem(error);
  if (region !== undefined) return region;
  if (/^(ENOENT|EACCES|EISDIR): /.test(firstLine(error))) return noCredentials(error, call);
  if (UNTRUSTED.test(codeOf(error) ?? '')) return untrusted(error, call);
  if (UNREACHABLE.test(`${codeOf(error)} ${error.message}`)) return unreachable(error, call);
  const known = Object.hasOwn(EXPLANATIONS, error.name) ? EXPLANATIONS[error.name] : undefined;
  if (known !== undefined) return known(error, call);
  const status = metadataOf(error).httpStatusCode ?? 200;
  if (status >= 500) return unanswered(error, call);
  if (status === 429) return throttled(error, call);
  if (UNREADABLE.test(error.message)) return unreadable(error, call);
  return `AWS refused ${call.action}: ${error.name}: ${firstLine(error)}`;
}

function regionProblem(error: Error): string | undefined {
  if (/region is missing/i.test(error.message))
    return 'there is no AWS region: name one with --region, or set AWS_REGION';
  const [, region] = /^Region not accepted: region="(.*)"/.exec(error.message) ?? [];
  return region === undefined ? undefined : `the AWS region must be one like eu-central-1, got '${region}'`;
}

/** The chain tells why a source had none only where the environment names that source. */
function noCredentials(error: Error, { profile }: FailedCall): string {
  const why = firstLine(error);
  if (why !== NOBODY) return `the AWS credentials cannot be used (${why.replace(/\.$/, '')}): ${LOG_IN}`;
  const where = profile === undefined || profile === '' ? '' : ` in profile '${profile}'`;
  return `there are no AWS credentials${where}: ${LOG_IN}`;
}

function throttled(error: Error, { action }: FailedCall): string {
  return `AWS throttled ${action} ${attempts(error)}: ${RETRY}`;
}

function unanswered(error: Error, { action }: FailedCall): string {
  const status = metadataOf(error).httpStatusCode;
  const why = /^Unknown/.test(error.name) || UNREADABLE.test(error.message) ? `HTTP ${status}` : firstLine(error);
  return `AWS could not answer ${action} ${attempts(error)} (${why}): ${RETRY}`;
}

function unreadable(error: Error, { action }: FailedCall): string {
  const status = metadataOf(error).httpStatusCode ?? 200;
  // What stumbled over an answer that lacks something says nothing to who runs a command.
  const why = error.name === 'TypeError' ? '' : `: ${firstLine(error)}`;
  return `AWS gave no answer to ${action} that can be read (HTTP ${status}${why}): check the network, its proxies and AWS_ENDPOINT_URL`;
}

function unreachable(error: Error, { action, region }: FailedCall): string {
  const where = region === undefined ? '' : ` in region ${region}`;
  const message = firstLine(error);
  const why = message === '' ? (codeOf(error) ?? error.name) : message;
  return `AWS cannot be reached for ${action}${where} (${why}): check the network, the region and AWS_ENDPOINT_URL`;
}

function untrusted(error: Error, { action }: FailedCall): string {
  return `the TLS certificate that answered ${action} cannot be trusted (${firstLine(error)}): when a proxy stands between, name its CA with NODE_EXTRA_CA_CERTS`;
}

function attempts(error: Error): string {
  const count = metadataOf(error).attempts ?? 1;
  return count === 1 ? 'once' : `${count} times`;
}

function metadataOf(error: Error): { readonly attempts?: number; readonly httpStatusCode?: number } {
  return (error as { $metadata?: { attempts?: number; httpStatusCode?: number } }).$metadata ?? {};
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Some messages of the SDK go on with advice for programmers. */
function firstLine({ message }: Error): string {
  return (message.split('\n')[0] ?? '').replace(WRAPPER, '').replace(/^@smithy\/node-http-handler - \[ERROR\] /, '');
}

function named(names: readonly string[], explanation: Explain): Readonly<Record<string, Explain>> {
  return Object.fromEntries(names.map((name) => [name, explanation]));
}

import { LastwillError } from '../../presence/errors';

/** The call that failed. */
export interface FailedCall {
  /** The IAM action, e.g. `iot:DescribeEndpoint`. */
  readonly action: string;
  readonly region?: string;
}

type Explain = (error: Error, call: FailedCall) => string;

const RETRY = 'wait a minute and try again';

/** What an error of the SDK means, by its name. */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  CredentialsProviderError: () =>
    "there are no AWS credentials: log in with 'aws sso login' and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  TokenProviderError: () => "the AWS login has ended: log in again with 'aws sso login'",
  ...named(
    ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    () => "the AWS credentials have expired: log in again with 'aws sso login', or set a new AWS_SESSION_TOKEN",
  ),
  ...named(
    ['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId'],
    () => 'AWS does not know the access key: check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
  ),
  ...named(['SignatureDoesNotMatch', 'InvalidSignatureException', 'IncompleteSignature'], ({ message }) =>
    /region/i.test(message)
      ? `AWS refused the region (${message}): name the region of the stack with --region`
      : `AWS refused the signature (${message}): check AWS_SECRET_ACCESS_KEY and the clock of this machine`,
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
    ({ message }, { action }) =>
      `AWS does not allow ${action} (${message}): ask for this permission, or use another AWS_PROFILE`,
  ),
  ...named(
    ['Throttling', 'ThrottlingException', 'ThrottledException', 'TooManyRequestsException', 'RequestLimitExceeded'],
    (error, { action }) => `AWS throttled ${action} ${attempts(error)}: ${RETRY}`,
  ),
  ...named(
    ['ServiceUnavailableException', 'InternalFailureException', 'InternalFailure'],
    (error, { action }) => `AWS could not answer ${action} ${attempts(error)} (${error.message}): ${RETRY}`,
  ),
  ...named(['TimeoutError', 'NetworkingError'], unreachable),
};

const UNREACHABLE = /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|EPIPE)\b/;
/** What the SDK puts before an error that it does not take for one. */
const WRAPPER = /^AWS SDK error wrapper for (\w*Error: )?/;

/** An error of AWS's SDK in one line that says what to do. */
export function awsError(error: unknown, call: FailedCall): LastwillError {
  if (error instanceof LastwillError) return error;
  return new LastwillError('CLOUD_CALL_FAILED', explain(error, call), { cause: error });
}

function explain(error: unknown, call: FailedCall): string {
  if (!(error instanceof Error)) return `AWS refused ${call.action}: ${String(error)}`;
  if (/region is missing/i.test(error.message))
    return 'there is no AWS region: name one with --region, or set AWS_REGION';
  if (UNREACHABLE.test(`${(error as NodeJS.ErrnoException).code} ${error.message}`)) return unreachable(error, call);
  const known = Object.hasOwn(EXPLANATIONS, error.name) ? EXPLANATIONS[error.name] : undefined;
  return known?.(error, call) ?? `AWS refused ${call.action}: ${error.name}: ${error.message}`;
}

function unreachable(error: Error, { action, region }: FailedCall): string {
  const where = region === undefined ? '' : ` in region ${region}`;
  const message = error.message.replace(WRAPPER, '');
  const why = message === '' ? ((error as NodeJS.ErrnoException).code ?? error.name) : message;
  return `AWS cannot be reached for ${action}${where} (${why}): check the network, the region and AWS_ENDPOINT_URL`;
}

function attempts(error: Error): string {
  const count = (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
  return count === 1 ? 'once' : `${count} times`;
}

function named(names: readonly string[], explanation: Explain): Readonly<Record<string, Explain>> {
  return Object.fromEntries(names.map((name) => [name, explanation]));
}

/** An error as a service of AWS answers it. */
export class ServiceError extends Error {
  /** HTTP status. */
  readonly status: number;

  /** @param code e.g. `ResourceNotFoundException` */
  constructor(
    readonly code: string,
    message: string,
    options: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ServiceError';
    this.status = options.status ?? STATUSES[code] ?? 400;
  }
}

/** @see https://docs.aws.amazon.com/iot/latest/apireference/CommonErrors.html */
const STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AccessDeniedException: 403,
  AuthorizationError: 403,
  ExpiredToken: 403,
  ExpiredTokenException: 403,
  ForbiddenException: 403,
  InternalException: 500,
  InternalFailure: 500,
  InternalFailureException: 500,
  InvalidClientTokenId: 403,
  InvalidSignatureException: 403,
  LimitExceededException: 410,
  MissingAuthenticationToken: 403,
  MissingAuthenticationTokenException: 403,
  NoSuchEntity: 404,
  NotFound: 404,
  ResourceNotFoundException: 404,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
  SignatureDoesNotMatch: 403,
  Throttled: 429,
  UnauthorizedException: 401,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
};

/** What services of the query protocol call the errors that services of REST-JSON have under other names. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnknownOperationException: 'InvalidAction',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** The code of an error as a service of the query protocol names it. */
export function queryCode(code: string): string {
  return QUERY_CODES[code] ?? code;
}

/** A resource that an API of AWS IoT does not find. */
export function notFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${what} not found`);
}

/** A parameter that an API of AWS IoT refuses. */
export function invalidRequest(message: string): ServiceError {
  return new ServiceError('InvalidRequestException', message);
}

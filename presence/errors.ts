/** What a code means, and how the command line answers when it ends a command: 2 for bad usage, 1 for a failure. */
export interface ErrorCodeEntry {
  readonly meaning: string;
  readonly exitCode: 1 | 2;
}

/**
 * Every error code of the package. Codes are never reused; `docs/errors.md` lists them.
 */
export const ERROR_CODES = {
  OPTION_INVALID: { meaning: 'an option, prop or argument breaks its rule', exitCode: 2 },
  FILE_UNREADABLE: { meaning: 'a file that was named cannot be read or written', exitCode: 2 },
  TEMPLATE_INVALID: {
    meaning: 'a template cannot work: bad JSON, an unresolvable reference, a value that the cloud refuses',
    exitCode: 1,
  },
  SQL_INVALID: { meaning: 'a rule statement that AWS would refuse', exitCode: 1 },
  SQL_NOT_EMULATED: {
    meaning: 'a rule statement that AWS would run and the embedded cloud cannot',
    exitCode: 1,
  },
  SQL_FAILED: { meaning: 'a rule statement that could not be evaluated on a message', exitCode: 1 },
  POLICY_INVALID: { meaning: 'a policy document that AWS would refuse', exitCode: 1 },
  QUERY_INVALID: { meaning: 'an Event Grid client group query or topic template that Azure would refuse', exitCode: 1 },
  ACCESS_DENIED: { meaning: 'what explain was asked about is denied', exitCode: 1 },
  CREDENTIAL_MISSING: { meaning: 'a key, certificate, CSR or thumbprint that is needed does not exist', exitCode: 1 },
  CREDENTIAL_INVALID: { meaning: 'a key, certificate or CSR cannot be used', exitCode: 1 },
  CONNECTION_FAILED: { meaning: 'the broker could not be reached or TLS could not be set up', exitCode: 1 },
  CONNECTION_REFUSED: { meaning: 'the broker was reached and refused the client', exitCode: 1 },
  OPERATION_REFUSED: { meaning: 'the broker refused a message or a subscription', exitCode: 1 },
  DELIVERY_FAILED: { meaning: 'a message or a subscription did not reach the broker', exitCode: 1 },
  LISTEN_FAILED: { meaning: 'a port could not be opened', exitCode: 1 },
  CLOUD_CALL_FAILED: {
    meaning: 'a call of a cloud’s API failed: credentials, region, permission, throttling or network',
    exitCode: 1,
  },
  NOT_DEPLOYED: { meaning: 'a stack, device or certificate is not in the account', exitCode: 1 },
  SCENARIO_FAILED: { meaning: 'a step of a scenario did not happen', exitCode: 1 },
  DIAGNOSIS_FAILED: { meaning: 'what a device needs in the account is missing or wrong', exitCode: 1 },
  CHECK_FAILED: { meaning: 'a template breaks a rule of docs/rules.md', exitCode: 1 },
} as const satisfies Readonly<Record<string, ErrorCodeEntry>>;

/** A code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error that a person can act on: its message names what was written, the rule and, where it is one step, the fix. */
export class LastwillError extends Error {
  /** The code, as listed in {@link ERROR_CODES}. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'LastwillError';
    this.code = code;
  }
}

/** `<name> must be <rule>, got <value>`, the wording of every refused option. */
export function mustBe(name: string, rule: string, value: unknown): string {
  return `${name} must be ${rule}, got ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`;
}

/**
 * Throws all problems at once.
 * @throws LastwillError with `code` when `problems` is not empty.
 */
export function throwIfAny(code: ErrorCode, problems: readonly string[]): void {
  if (problems.length > 0) throw new LastwillError(code, problems.join('; '));
}

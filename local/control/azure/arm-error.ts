/** An error as Azure Resource Manager answers it. */
export class ArmError extends Error {
  constructor(
    /** E.g. `ResourceNotFound`. */
    readonly code: string,
    message: string,
    /** HTTP status. */
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ArmError';
  }
}

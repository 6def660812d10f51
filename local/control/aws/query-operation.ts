import type { AwsAccount } from '../ports';
import type { XmlContent } from './xml';

/** The parameters of a request in the query protocol. */
export type QueryParameters = URLSearchParams;

/** An operation of a service that speaks the query protocol. */
export interface QueryOperation {
  /** The value of `Action`. */
  readonly name: string;
  /** What stands in the answer's `<name>Result`. */
  readonly answer: (
    parameters: QueryParameters,
    account: AwsAccount,
  ) => Readonly<Record<string, XmlContent | undefined>>;
}

/** A service that speaks the query protocol. */
export interface QueryService {
  readonly namespace: string;
  readonly operations: readonly QueryOperation[];
}

/** The values of a list parameter: `Name.member.1`, `Name.member.2`, ... */
export function listParameter(parameters: QueryParameters, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index++) {
    const value = parameters.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

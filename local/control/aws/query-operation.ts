import type { AwsAccount } from '../ports';
import { type Page, pageOf } from './page';
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

/** How an operation cuts its list into pages. */
export interface QueryPaging {
  /** Error code for a token or size that is wrong. */
  readonly errorCode: string;
  /** Parameters of token and size. @default NextToken, and no size */
  readonly names?: readonly [token: string, size?: string];
  /** @default 100 */
  readonly maximumSize?: number;
}

/**
 * Cuts the page that a call wants out of a list. Without a size it has a hundred entries.
 * @throws ServiceError when token or size is wrong.
 */
export function queryPage<T>(all: readonly T[], parameters: QueryParameters, paging: QueryPaging): Page<T> {
  const { errorCode, names = ['NextToken'], maximumSize = 100 } = paging;
  const [token, size] = names.map((name) => (name === undefined ? undefined : parameters.get(name)));
  const list = JSON.stringify([...parameters].filter(([name]) => !names.includes(name)).sort());
  return pageOf(all, { token, size, list, defaultSize: 100, maximumSize, errorCode });
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

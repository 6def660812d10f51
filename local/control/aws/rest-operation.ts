import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, type JsonObject } from '../../json-value';
import type { AwsAccount } from '../ports';
import { type Page, pageOf } from './page';
import { invalidRequest } from './service-error';

/** A request to a REST-JSON service. */
export interface RestCall {
  /** Name of the operation. */
  readonly operation: string;
  /** From the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is answered: JSON, a payload as it is, or nothing. */
export type RestAnswer = object | Buffer | undefined;

/** An operation of a REST-JSON service. */
export interface RestOperation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` is one segment, `{name+}` the rest. */
  readonly path: string;
  readonly answer: (call: RestCall, account: AwsAccount) => RestAnswer;
}

/** How an operation cuts its list into pages. */
export interface RestPaging {
  /** Query parameters of token and size. @default nextToken, maxResults */
  readonly names?: readonly [token: string, size: string];
  /** Entries when the request does not say. @default 25 */
  readonly defaultSize?: number;
  /** @default 250 */
  readonly maximumSize?: number;
}

/** Headers in which operations are told what they list about. */
const NAMING_HEADERS = ['x-amzn-principal', 'x-amzn-iot-principal', 'x-amzn-iot-policy'];

/** The names that older operations of AWS IoT have for token and size. */
export const MARKER_NAMES = ['marker', 'pageSize'] as const;

/**
 * Cuts the page that a call wants out of a list.
 * @throws ServiceError InvalidRequestException when token or size is wrong.
 */
export function restPage<T>(all: readonly T[], call: RestCall, paging: RestPaging = {}): Page<T> {
  const { names = ['nextToken', 'maxResults'], defaultSize = 25, maximumSize } = paging;
  const [token, size] = names.map((name) => call.query.get(name));
  const filters = [...call.query].filter(([name]) => !names.includes(name));
  const named = NAMING_HEADERS.map((name) => call.headers[name]);
  const list = JSON.stringify([call.operation, call.path, named, filters.sort()]);
  return pageOf(all, { token, size, list, defaultSize, ...(maximumSize === undefined ? {} : { maximumSize }) });
}

/** A path parameter that the operation's path declares. */
export function pathParameter(call: RestCall, name: string): string {
  return call.path[name] ?? '';
}

/** Whether a query parameter is `true`. */
export function queryFlag(call: RestCall, name: string): boolean {
  return call.query.get(name) === 'true';
}

/**
 * The JSON of the body; empty when there is none.
 * @throws ServiceError when it is no JSON object.
 */
export function jsonBody(call: RestCall): JsonObject {
  if (call.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(call.body.toString());
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through to the one answer for everything that is no object.
  }
  throw invalidRequest('the request body must be a JSON object');
}

/** The texts in a list; everything else in it is passed over. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Milliseconds since 1970 as a JSON timestamp: seconds. */
export function timestamp(milliseconds: number): number {
  return milliseconds / 1_000;
}

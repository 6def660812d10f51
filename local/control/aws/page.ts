import { createHash } from 'node:crypto';
import { ServiceError } from './service-error';

/** Which part of a list is wanted. */
export interface PageRequest {
  readonly token: string | null | undefined;
  /** What is listed, so that a token of another list is not taken, e.g. the operation and what it is asked about. */
  readonly list: string;
  readonly size: string | null | undefined;
  /** Entries when the request does not say. */
  readonly defaultSize: number;
  /** @default 250 */
  readonly maximumSize?: number;
  /** Error code for a token or size that is wrong. @default 'InvalidRequestException' */
  readonly errorCode?: string;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
}

/**
 * Cuts a page out of a list.
 * @throws ServiceError when the token was not given by an earlier page of this list or the size is out of bounds.
 */
export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> {
  const { errorCode = 'InvalidRequestException', maximumSize = 250 } = request;
  const size = request.size == null ? request.defaultSize : Number(request.size);
  if (!Number.isInteger(size) || size < 1 || size > maximumSize) {
    throw new ServiceError(
      errorCode,
      `the page size must be an integer from 1 to ${maximumSize}, got '${request.size}'`,
    );
  }
  const { list, token } = request;
  const start = token == null ? 0 : offsetOf(token, list);
  if (start === undefined) throw new ServiceError(errorCode, `the token '${token}' is not one of this list`);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { next: tokenOf(end, list) } : {}) };
}

/** Opaque to clients: the offset, and a digest of it and the list. */
function tokenOf(offset: number, list: string): string {
  const digest = createHash('sha256').update(`${offset}\n${list}`).digest('base64url').slice(0, 22);
  return Buffer.from(`${offset}:${digest}`).toString('base64url');
}

function offsetOf(token: string, list: string): number | undefined {
  const [, offset] = /^(\d{1,9}):/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return offset !== undefined && tokenOf(Number(offset), list) === token ? Number(offset) : undefined;
}

import { ServiceError } from './service-error';

/** Which part of a list is wanted. */
export interface PageRequest {
  readonly token: string | null | undefined;
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
 * @throws ServiceError when the token was not given by an earlier page or the size is out of bounds.
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
  const start = request.token == null ? 0 : offsetOf(request.token, errorCode);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { next: tokenOf(end) } : {}) };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

function offsetOf(token: string, errorCode: string): number {
  const [, offset] = /^offset:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw new ServiceError(errorCode, `the token '${token}' is not one of this list`);
  return Number(offset);
}

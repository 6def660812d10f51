import { LastwillError } from '../../presence/errors';

/** One part of a list. */
export interface ListedPage<T> {
  readonly items: readonly T[];
  /** What the call for the next part is given; absent or empty on the last. */
  readonly next?: string | undefined;
}

/**
 * Everything in a list, page by page.
 * @param action the IAM action, e.g. `iot:ListAttachedPolicies`
 * @throws LastwillError CLOUD_CALL_FAILED when the same token comes twice, because the list would have no end.
 */
export async function everyPage<T>(
  action: string,
  page: (token: string | undefined) => Promise<ListedPage<T>>,
): Promise<readonly T[]> {
  const found: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    found.push(...items);
    token = next === '' ? undefined : next;
    if (token !== undefined && seen.has(token)) {
      throw new LastwillError('CLOUD_CALL_FAILED', `AWS answered ${action} with the same page token twice: try again`);
    }
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
  return found;
}

import { LastwillError, mustBe } from '../../presence/errors';
import type { Randomness } from '../../presence/randomness';

/** The beginning of every name that a smoke test makes. */
const PREFIX = /^smoke-[a-z0-9]{4,12}-$/;

/** A prefix that no other run has. */
export function uniquePrefix(randomness: Randomness): string {
  return `smoke-${randomness.uuid().slice(0, 8)}-`;
}

/** The prefix that was asked for, else a unique one. @throws LastwillError OPTION_INVALID as {@link checkPrefix} */
export function prefixOf({ prefix }: { readonly prefix?: string }, randomness: Randomness): string {
  return prefix === undefined ? uniquePrefix(randomness) : checkPrefix(prefix);
}

/** @throws LastwillError OPTION_INVALID when a prefix is not one of a smoke test's own. */
export function checkPrefix(prefix: string): string {
  if (PREFIX.test(prefix)) return prefix;
  throw new LastwillError(
    'OPTION_INVALID',
    mustBe('--prefix', "'smoke-', 4 to 12 lower-case letters or digits, and '-'", prefix),
  );
}

/**
 * Proves that everything to be deployed is the run's own.
 * @throws LastwillError OPTION_INVALID that lists every name without the prefix.
 */
export function refuseForeignNames(names: readonly string[], prefix: string): void {
  checkPrefix(prefix);
  const foreign = names.filter((name) => !name.startsWith(prefix));
  if (names.length > 0 && foreign.length === 0) return;
  const found = names.length === 0 ? 'there are none' : foreign.join(', ');
  throw new LastwillError('OPTION_INVALID', `names must start with '${prefix}', or nothing is deployed; got ${found}`);
}

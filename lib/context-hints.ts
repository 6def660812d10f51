import type { Context } from './context-reader';

/**
 * A hint for every context key that is not known but so near to a known one that it is probably a slip: a slip of the
 * pen would otherwise be ignored in silence. Keys of CDK itself hold a colon, a slash or an `@` and are left alone.
 */
export function contextHints(context: Context, known: readonly string[]): string[] {
  return Object.keys(context)
    .filter((key) => !known.includes(key) && !/[:/@]/.test(key))
    .flatMap((key) => {
      const near = nearest(key, known);
      return near === undefined ? [] : [`context key '${key}' is not known, did you mean '${near}'?`];
    });
}

const MOST_SLIPS = 2;

function nearest(key: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, slips: editDistance(key.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.slips - other.slips);
  const best = ranked[0];
  return best !== undefined && best.slips <= Math.min(MOST_SLIPS, key.length - 1) ? best.candidate : undefined;
}

/** Levenshtein: insertions, deletions and substitutions that turn one word into the other. */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}

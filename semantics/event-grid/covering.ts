/**
 * Whether every topic that `filter` matches is matched by `template`, a topic filter without variables. This is how
 * Event Grid judges both a topic name that is published on and a topic filter that is subscribed to: it must fit
 * inside one single template.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-troubleshoot-errors
 */
export function covers(template: string, filter: string): boolean {
  return coversLevels(template.split('/'), filter.split('/'));
}

/** {@link covers} on levels that have been split already. */
export function coversLevels(template: readonly string[], filter: readonly string[]): boolean {
  const first = template[0];
  if (filter[0]?.startsWith('$') && (first === '+' || first === '#')) return false;
  for (let index = 0; ; index++) {
    const allowed = template[index];
    if (allowed === '#') return true;
    if (index >= filter.length) return index === template.length;
    if (!coversLevel(allowed, filter[index] as string)) return false;
  }
}

function coversLevel(allowed: string | undefined, asked: string): boolean {
  if (allowed === undefined || asked === '#') return false;
  return allowed === '+' || allowed === asked;
}

// Below anything that a template of at most 256 bytes can score.
const NO_SPELLING = -1_000;

/** Of several templates the one that comes closest to covering `filter`; `undefined` when there is none. */
export function nearest<T>(
  filter: string,
  candidates: readonly T[],
  spellings: (candidate: T) => readonly string[],
): T | undefined {
  let best: { candidate: T; score: number } | undefined;
  for (const candidate of candidates) {
    const score = Math.max(...spellings(candidate).map((spelling) => closeness(spelling, filter)), NO_SPELLING);
    if (best === undefined || score > best.score) best = { candidate, score };
  }
  return best?.candidate;
}

// A level that is spelled alike says more than one under a wildcard; a different number of levels counts against.
function closeness(template: string, filter: string): number {
  const allowed = template.split('/');
  const asked = filter.split('/');
  const points = asked.map((level, index) => levelCloseness(allowed[index], level));
  return points.reduce((sum, point) => sum + point, 0) - Math.abs(allowed.length - asked.length);
}

function levelCloseness(allowed: string | undefined, asked: string): number {
  if (allowed === asked) return 3;
  return allowed === '#' || coversLevel(allowed, asked) ? 1 : 0;
}

import { runInThisContext } from 'node:vm';
import { SqlFailure } from '../sql-failure';

/** How long one pattern may look at one text. One rule must not stop the broker, and with it every other device. */
const MAXIMUM_MILLISECONDS = 1_000;

/** A text of up to this length is searched at once, however a pattern with a single open repetition goes through it. */
const SHORT_TEXT = 1_000;

/** A repetition without an upper bound; what is escaped or in a class is taken for one too, which costs only time. */
const OPEN_REPETITION = /[*+]|\{\d+,\}/g;

/**
 * The first match.
 * @throws SqlFailure when it takes longer than a second.
 */
export function firstMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  const match = bounded(text, pattern, {
    atOnce: () => pattern.exec(text),
    script: (subject, expression) => `${expression}.exec(${subject})`,
  });
  return match ?? undefined;
}

/**
 * Every match, one after the other.
 * @throws SqlFailure when they take longer than a second.
 */
export function everyMatch(text: string, pattern: RegExp): readonly RegExpMatchArray[] {
  const global = new RegExp(pattern, `${pattern.flags}g`);
  return bounded(text, global, {
    atOnce: () => [...text.matchAll(global)],
    script: (subject, expression) => `[...${subject}.matchAll(${expression})]`,
  });
}

/** A search, and the same as a script: only a script has a time limit, and it takes its input as text of its own. */
interface Search<Found> {
  readonly atOnce: () => Found;
  readonly script: (subject: string, expression: string) => string;
}

/**
 * Two open repetitions can take a time that doubles with each character, and one can take the square of a long text;
 * only such a search is watched by a timer, which costs some 50 microseconds.
 */
function bounded<Found>(text: string, pattern: RegExp, { atOnce, script }: Search<Found>): Found {
  if (text.length <= SHORT_TEXT && (pattern.source.match(OPEN_REPETITION)?.length ?? 0) < 2) return atOnce();
  const [subject, source, flags] = [text, pattern.source, pattern.flags].map((part) => JSON.stringify(part));
  try {
    return runInThisContext(script(`${subject}`, `new RegExp(${source}, ${flags})`), { timeout: MAXIMUM_MILLISECONDS });
  } catch (error) {
    throw new SqlFailure(
      `the pattern '${pattern.source}' searched a text of ${text.length} characters for over ${MAXIMUM_MILLISECONDS} ms; write it with fewer nested repetitions`,
      { cause: error },
    );
  }
}

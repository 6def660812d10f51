import { runInThisContext } from 'node:vm';
import { SqlFailure } from '../sql-failure';

/** How long one pattern may look at one text. One rule must not stop the broker, and with it every other device. */
const MAXIMUM_MILLISECONDS = 1_000;

/** A text of up to this length is searched at once, however a pattern with a single open repetition goes through it. */
const SHORT_TEXT = 1_000;

/** A repetition without an upper bound; what is escaped or in a class is taken for one too, which costs only time. */
const OPEN_REPETITION = /[*+]|\{\d+,\}/g;

/**
 * Every match of a global pattern. Two open repetitions can take a time that doubles with each character, and one can
 * take the square of a long text; only such a search is watched by a timer, which costs some
 * 50 microseconds.
 * @throws SqlFailure when it takes longer than a second.
 */
export function everyMatch(text: string, pattern: RegExp): readonly RegExpMatchArray[] {
  if (text.length <= SHORT_TEXT && (pattern.source.match(OPEN_REPETITION)?.length ?? 0) < 2) {
    return [...text.matchAll(pattern)];
  }
  try {
    // Only a script has a time limit; a script takes its input as text of its own.
    const [subject, source, flags] = [text, pattern.source, pattern.flags].map((part) => JSON.stringify(part));
    const search = `[...${subject}.matchAll(new RegExp(${source}, ${flags}))]`;
    return runInThisContext(search, { timeout: MAXIMUM_MILLISECONDS });
  } catch (error) {
    throw new SqlFailure(
      `the pattern '${pattern.source}' searched a text of ${text.length} characters for over ${MAXIMUM_MILLISECONDS} ms; write it with fewer nested repetitions`,
      { cause: error },
    );
  }
}

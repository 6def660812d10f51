/** What steers a terminal or turns the direction of writing: control and format characters, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

const REPLACEMENT = '\u{FFFD}';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/** What takes two columns of a terminal: East Asian characters, their full-width forms, emoji. */
const WIDE =
  /^(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|.\ufe0f)/u;

const MARKS_ONLY = /^\p{Mark}+$/u;

/** One character as people count them, with everything that is written on top of it. */
const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Names and topics come from outside: nothing in them may steer the terminal. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, REPLACEMENT);
}

/** A terminal is not wider; cutting a longer text character by character would take long. */
const LONGEST_SHOWN = 1_000;

/** The beginning of a text, as much as a terminal shows of it at most; see {@link plain}. */
export function plainBeginning(text: string): string {
  return plain(text.slice(0, LONGEST_SHOWN));
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return charactersOf(text).reduce((columns, character) => columns + columnsOf(character), 0);
}

/** The text in exactly this many columns: filled with blanks, or cut with an ellipsis. */
export function fitTo(text: string, columns: number): string {
  const width = widthOf(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  let kept = '';
  let used = 0;
  for (const character of charactersOf(text)) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return columns < 1 ? '' : fitTo(`${kept}…`, columns);
}

function charactersOf(text: string): string[] {
  return [...CHARACTERS.segment(text)].map(({ segment }) => segment);
}

function columnsOf(character: string): number {
  if (MARKS_ONLY.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

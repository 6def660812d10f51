/** Deeper JSON is taken for bytes, so that no statement on it can overflow the stack. AWS documents no limit. */
const MAXIMUM_JSON_DEPTH = 1_000;

/** Whether JSON text nests arrays and objects deeper than {@link MAXIMUM_JSON_DEPTH}. */
export function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAXIMUM_JSON_DEPTH) return false;
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text.charAt(offset);
    if (character === '"') offset = endOfString(text, offset);
    else if (character === ']' || character === '}') depth--;
    else if ((character === '[' || character === '{') && ++depth > MAXIMUM_JSON_DEPTH) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charAt(end - 1 - escapes) === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

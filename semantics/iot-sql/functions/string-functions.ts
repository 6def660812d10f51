import { isArray, type SqlValue, toFloor, toText } from '../value';
import { type SqlFunction, since2015, since2016 } from './sql-function';

/** `lpad` and `rpad` add from 0 to this many spaces. */
const MAXIMUM_PADDING = 1000;
const LAST_ASCII = 127;

/** Functions of strings; what is no string is converted to one first. */
export const STRING_FUNCTIONS: readonly SqlFunction[] = [
  since2015('concat', [0, Number.POSITIVE_INFINITY], concat),
  since2015(
    'endswith',
    2,
    texts2((text, suffix) => text.endsWith(suffix)),
  ),
  since2015(
    'startswith',
    2,
    texts2((text, prefix) => text.startsWith(prefix)),
  ),
  since2016(
    'indexof',
    2,
    texts2((text, part) => text.indexOf(part)),
  ),
  since2016(
    'length',
    1,
    text1((text) => text.length),
  ),
  since2016(
    'numbytes',
    1,
    text1((text) => Buffer.byteLength(text)),
  ),
  since2015(
    'lower',
    1,
    text1((text) => text.toLowerCase()),
  ),
  since2015(
    'upper',
    1,
    text1((text) => text.toUpperCase()),
  ),
  since2015(
    'lpad',
    2,
    padded((text, padding) => padding + text),
  ),
  since2015(
    'rpad',
    2,
    padded((text, padding) => text + padding),
  ),
  since2015(
    'ltrim',
    1,
    text1((text) => text.trimStart()),
  ),
  since2015(
    'rtrim',
    1,
    text1((text) => text.trimEnd()),
  ),
  since2015(
    'trim',
    1,
    text1((text) => text.trim()),
  ),
  since2015('replace', 3, replace),
  since2015('substring', [2, 3], substring),
  since2015('chr', 1, ([code]) => asciiCharacter(code)),
];

function text1(compute: (text: string) => SqlValue): (values: readonly SqlValue[]) => SqlValue {
  return ([value]) => {
    const text = toText(value);
    return text === undefined ? undefined : compute(text);
  };
}

function texts2(compute: (first: string, second: string) => SqlValue): (values: readonly SqlValue[]) => SqlValue {
  return ([first, second]) => {
    const [a, b] = [toText(first), toText(second)];
    return a === undefined || b === undefined ? undefined : compute(a, b);
  };
}

function concat(values: readonly SqlValue[]): SqlValue {
  if (values.length < 2) return values[0];
  if (values.some(isArray)) return values.flat().filter((value) => value !== undefined);
  const texts = values.map(toText);
  return texts.includes(undefined) ? undefined : texts.join('');
}

function padded(pad: (text: string, padding: string) => string): (values: readonly SqlValue[]) => SqlValue {
  return ([value, count]) => {
    const [text, spaces] = [toText(value), toFloor(count)];
    if (text === undefined || spaces === undefined) return undefined;
    return pad(text, ' '.repeat(Math.min(MAXIMUM_PADDING, Math.max(0, spaces))));
  };
}

function replace(values: readonly SqlValue[]): SqlValue {
  const [text, old, replacement] = values.map(toText);
  if (text === undefined || old === undefined || replacement === undefined) return undefined;
  return text.replaceAll(old, () => replacement);
}

function substring(values: readonly SqlValue[]): SqlValue {
  const text = toText(values[0]);
  const from = toFloor(values[1]);
  const to = values.length === 3 ? toFloor(values[2]) : text?.length;
  if (text === undefined || from === undefined || to === undefined) return undefined;
  return from > to ? '' : text.substring(from, to);
}

function asciiCharacter(value: SqlValue): SqlValue {
  const code = toFloor(value);
  return code === undefined || code < 0 || code > LAST_ASCII ? undefined : String.fromCharCode(code);
}

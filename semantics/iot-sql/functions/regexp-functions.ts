import type { Expression } from '../ast';
import type { Evaluate } from '../evaluate';
import { type SqlValue, toText } from '../value';
import { everyMatch, firstMatch } from './bounded-match';
import type { ArgumentCompiler, SpecialFunction, SqlFunction } from './sql-function';

type Compute = (text: string, pattern: RegExp, rest: readonly SqlValue[]) => SqlValue;

/** Functions of regular expressions; a pattern that is none makes them Undefined. */
export const REGEXP_FUNCTIONS: readonly SqlFunction[] = [
  regexpFunction('regexp_matches', 2, (text, pattern) => firstMatch(text, pattern) !== undefined),
  regexpFunction('regexp_substr', 2, (text, pattern) => firstMatch(text, pattern)?.[0]),
  regexpFunction('regexp_replace', 3, (text, pattern, [replacement]) => replaceAll(text, pattern, toText(replacement))),
];

function regexpFunction(name: string, count: number, compute: Compute): SpecialFunction {
  const compile = (expressions: readonly Expression[], compiler: ArgumentCompiler): Evaluate =>
    compileRegexp(expressions, compiler, compute);
  return { kind: 'special', name, since: '2015-10-08', minimum: count, maximum: count, compile };
}

/** The pattern is nearly always a literal: each call site keeps the one it compiled last. */
function compileRegexp(expressions: readonly Expression[], { compile }: ArgumentCompiler, compute: Compute): Evaluate {
  const parts = expressions.map(compile);
  let lastSource: string | undefined;
  let lastPattern: RegExp | undefined;
  return (run, element) => {
    const [text, pattern, ...rest] = parts.map((part) => part(run, element));
    const [subject, source] = [toText(text), toText(pattern)];
    if (subject === undefined || source === undefined) return undefined;
    if (source !== lastSource) [lastSource, lastPattern] = [source, patternFromJava(source)];
    return lastPattern === undefined ? undefined : compute(subject, lastPattern, rest);
  };
}

/** AWS uses Java's regular expressions: leading flags `(?i)`, `\A`, `\z` and possessive quantifiers are put into JavaScript's. */
function patternFromJava(source: string): RegExp | undefined {
  const [prefix = '', flags = ''] = /^\(\?([ims]+)\)/.exec(source) ?? [];
  const body = source
    .slice(prefix.length)
    .replace(
      /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|([*+?}])\+/g,
      (piece, quantifier?: string) => quantifier ?? anchorFromJava(piece),
    );
  try {
    return new RegExp(body, [...new Set(flags)].join(''));
  } catch {
    return undefined;
  }
}

function anchorFromJava(piece: string): string {
  if (piece === '\\A') return '^';
  return piece === '\\z' || piece === '\\Z' ? '$' : piece;
}

/** Java's replacement text: `$1` is a group, `\$` a dollar sign; a group that does not exist is an error there. */
function replaceAll(text: string, pattern: RegExp, replacement: string | undefined): SqlValue {
  if (replacement === undefined) return undefined;
  const groupCount = (new RegExp(`${pattern.source}|`).exec('')?.length ?? 1) - 1;
  const groups = [...replacement.matchAll(/\\[\s\S]|\$(\d)?/g)].filter(([piece]) => piece.startsWith('$'));
  if (groups.some(([, group]) => group === undefined || Number(group) > groupCount)) return undefined;
  return joined(text, everyMatch(text, pattern), (match) =>
    replacement.replace(
      /\\([\s\S])|\$(\d)/g,
      (_, literal?: string, group?: string) => literal ?? match[Number(group)] ?? '',
    ),
  );
}

function joined(
  text: string,
  matches: readonly RegExpMatchArray[],
  replace: (match: RegExpMatchArray) => string,
): string {
  let result = '';
  let end = 0;
  for (const match of matches) {
    const start = match.index ?? 0;
    result += text.slice(end, start) + replace(match);
    end = start + match[0].length;
  }
  return result + text.slice(end);
}

import { LastwillError, mustBe } from '../presence/errors';

/** Bounds of a number given on the command line. */
export interface NumberBounds {
  readonly minimum: number;
  readonly maximum: number;
  /** Whether a fraction is refused. @default true */
  readonly integer?: boolean;
}

/** Parses the value of a flag as a port to listen on: 0 asks for a free one. */
export function portOption(flag: string): (text: string) => number {
  return numberOption(flag, { minimum: 0, maximum: 65_535 });
}

/** Parses the value of a flag as a port to connect to. */
export function connectPortOption(flag: string): (text: string) => number {
  return numberOption(flag, { minimum: 1, maximum: 65_535 });
}

/**
 * Parses the value of a flag as a number within bounds.
 * @throws LastwillError OPTION_INVALID that names the flag, the bounds and the value.
 */
export function numberOption(flag: string, bounds: NumberBounds): (text: string) => number {
  const integer = bounds.integer ?? true;
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    const fits = value >= bounds.minimum && value <= bounds.maximum && (!integer || Number.isInteger(value));
    if (fits) return value;
    const rule = `${integer ? 'an integer' : 'a number'} from ${bounds.minimum} to ${bounds.maximum}`;
    throw new LastwillError('OPTION_INVALID', mustBe(flag, rule, text));
  };
}

/** Collects a flag that may be given more than once. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/**
 * Parses `KEY=VALUE`, collecting a flag that may be given more than once.
 * @throws LastwillError OPTION_INVALID that names the flag and the value.
 */
export function keyValueOption(
  flag: string,
): (text: string, before?: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  return (text, before = {}) => {
    const separator = text.indexOf('=');
    if (separator <= 0) throw new LastwillError('OPTION_INVALID', mustBe(flag, 'KEY=VALUE', text));
    return { ...before, [text.slice(0, separator)]: text.slice(separator + 1) };
  };
}

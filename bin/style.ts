import { styleText } from 'node:util';

/** Emphasis for people; plain text when the output is not a terminal or NO_COLOR is set (https://no-color.org). */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** The style that suits an output stream. */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const coloured = stream.isTTY === true && process.env.NO_COLOR === undefined;
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    coloured ? styleText(format, text) : text;
  return { bold: paint('bold'), dim: paint('dim'), green: paint('green'), red: paint('red'), yellow: paint('yellow') };
}

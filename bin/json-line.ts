/** What `--json` prints: a value on exactly one line, its end included. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

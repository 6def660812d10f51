/** Prints one figure beside its budget, and lets the command fail when it is broken. */
export function verdict(text: string, kept: boolean): void {
  process.stdout.write(`${kept ? 'kept  ' : 'BROKEN'} ${text}\n`);
  if (!kept) process.exitCode = 1;
}

/** The middle one of some figures. */
export function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

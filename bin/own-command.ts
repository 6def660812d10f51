/**
 * The words that start this command line: npm's script in a checkout, npx where the package is installed.
 * @param file a file of this program, which is TypeScript in a checkout
 */
export function ownCommand(file = __filename): string {
  return isCheckout(file) ? 'npm run -s lastwill --' : 'npx lastwill';
}

/** What to type so that an embedded cloud runs. @param flags for `lastwill local`, e.g. `['--state', 'x']` */
export function localCommand(flags: readonly string[], file = __filename): string {
  const command = [ownCommand(file), 'local', ...flags].join(' ');
  // Alone it would run the stacks of this package, not what the project synthesized.
  return isCheckout(file)
    ? command
    : `npm run local (in a project of lastwill init), or ${command} --aws FILE (--azure FILE)`;
}

/** A word of a command line, in quotes where a shell would take it apart. */
export function shellWord(word: string): string {
  if (/^[\w./:=@-]+$/.test(word)) return word;
  // Within double quotes a shell still takes these for its own.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}

function isCheckout(file: string): boolean {
  return file.endsWith('.ts');
}

/**
 * The words that start this command line: npm's script in a checkout, npx where the package is installed.
 * @param file a file of this program, which is TypeScript in a checkout
 */
export function ownCommand(file = __filename): string {
  return file.endsWith('.ts') ? 'npm run -s lastwill --' : 'npx lastwill';
}

/** A word of a command line, in quotes where a shell would take it apart. */
export function shellWord(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : JSON.stringify(word);
}

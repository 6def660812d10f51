import { LastwillError } from '../presence/errors';

/**
 * Writes a Terraform configuration, and its warnings to stderr. What the user can mend is one clear line there and exit
 * code 1; only what nobody foresaw shows where it happened.
 * @param build returns the warnings
 */
export function runCdktfApp(build: () => readonly string[]): void {
  try {
    for (const warning of build()) process.stderr.write(`warning: ${warning}\n`);
  } catch (error) {
    const isBug = !(error instanceof LastwillError);
    const text = error instanceof Error ? (isBug ? (error.stack ?? error.message) : error.message) : String(error);
    process.stderr.write(`lastwill: ${text}\n`);
    process.exitCode = 1;
  }
}

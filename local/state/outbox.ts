import { join } from 'node:path';
import { makeFolder, writeWhole } from './files';

/** `outbox/*.eml`: one file per caught e-mail, named so that a listing is in order of time. */
export class OutboxFolder {
  readonly #directory: string;
  #count = 0;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'outbox');
    makeFolder(this.#directory);
  }

  /** The path of the file for the next e-mail. @param time milliseconds since 1970 */
  nextPath(to: string, time: number): string {
    this.#count += 1;
    const stamp = new Date(time).toISOString().replace(/[:.]/g, '-');
    const addressee = to.replace(/[^a-zA-Z0-9@._+-]/g, '_').replace(/^\.+/, '_');
    return join(this.#directory, `${stamp}-${String(this.#count).padStart(4, '0')}-${addressee}.eml`);
  }

  /** Writes a complete message as RFC 5322 has it; the file appears whole. */
  write(path: string, rfc822: Buffer): void {
    writeWhole(path, rfc822, 0o600);
  }
}

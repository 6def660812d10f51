import { join } from 'node:path';
import { makeFolder, writeWhole } from './files';

/** An e-mail that the embedded cloud caught. */
export interface CaughtEmail {
  readonly to: string;
  readonly subject: string;
  /** The complete message as RFC 5322 has it. */
  readonly rfc822: Buffer;
}

/** `outbox/*.eml`: one file per caught e-mail, named so that a listing is in order of time. */
export class OutboxFolder {
  readonly #directory: string;
  #count = 0;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'outbox');
    makeFolder(this.#directory);
  }

  /** Writes the e-mail and returns the path of its file. */
  deliver(email: CaughtEmail, time: number): string {
    this.#count += 1;
    const stamp = new Date(time).toISOString().replace(/[:.]/g, '-');
    const addressee = email.to.replace(/[^a-zA-Z0-9@._+-]/g, '_').replace(/^\.+/, '_');
    const path = join(this.#directory, `${stamp}-${String(this.#count).padStart(4, '0')}-${addressee}.eml`);
    writeWhole(path, email.rfc822, 0o600);
    return path;
  }
}

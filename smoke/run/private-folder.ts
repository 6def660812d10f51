import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one run that only its owner can enter: keys and certificates in one half, what tools write in the other. */
export class PrivateFolder {
  /** Mode 0700, as mkdtemp makes it. */
  readonly path = mkdtempSync(join(tmpdir(), 'lastwill-smoke-'));

  /** Keys, requests and certificates; every key has mode 0600. */
  get store(): string {
    return join(this.path, 'certificates');
  }

  /** Templates, and the state of what is deployed. */
  get work(): string {
    return join(this.path, 'work');
  }

  /** Removes what need not be kept. @returns where what is kept lies */
  remove({ keepsKeys, keepsWork }: { readonly keepsKeys: boolean; readonly keepsWork: boolean }): readonly string[] {
    if (!keepsKeys) rmSync(this.store, { recursive: true, force: true });
    if (!keepsWork) rmSync(this.work, { recursive: true, force: true });
    if (!keepsKeys && !keepsWork) rmSync(this.path, { recursive: true, force: true });
    return [...(keepsKeys ? [this.store] : []), ...(keepsWork ? [this.work] : [])];
  }
}

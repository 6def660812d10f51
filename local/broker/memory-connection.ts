import { Duplex } from 'node:stream';

/** One end of a connection inside this process. */
class MemoryStream extends Duplex {
  other: MemoryStream | undefined;
  /** Acknowledges the other end's write once this end has room again. */
  #resumeOther: (() => void) | undefined;

  override _read(): void {
    const resume = this.#resumeOther;
    this.#resumeOther = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const { other } = this;
    if (other === undefined || other.destroyed) done();
    else if (other.push(chunk)) done();
    else other.#resumeOther = done;
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    this.other = undefined;
    this.#resumeOther?.();
    // As with a cut cable and a reset: the other end sees it soon, but not inside this call.
    if (other !== undefined && !other.destroyed) process.nextTick(() => other.destroy());
    done(error);
  }
}

/** Two connected streams: what is written to one is read from the other; destroying one cuts the connection. */
export function memoryConnection(): { readonly client: Duplex; readonly server: Duplex } {
  const client = new MemoryStream({ allowHalfOpen: false });
  const server = new MemoryStream({ allowHalfOpen: false });
  client.other = server;
  server.other = client;
  return { client, server };
}

import { ProtocolViolation } from './protocol-violation';
import { ReasonCode } from './reason-code';

/** Most bytes of a fixed header: packet type and a variable byte integer (1.5.5). */
const LONGEST_FIXED_HEADER_BYTES = 5;
const MOST_CHUNKS = 128;

/**
 * Cuts a byte stream into control packets, so that the decoder never sees less than a whole packet or more than one.
 * A packet that is too large is refused by its header, before its body is kept.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  /** Length of the packet whose beginning is buffered; 0 while its header is incomplete. */
  #awaitedBytes = 0;

  /**
   * Hands every packet that `chunk` completes to `handle`, in order.
   * @throws ProtocolViolation 0x81 for a malformed length, 0x95 for a packet above `maximumBytes`; and whatever `handle` throws.
   */
  read(chunk: Buffer, maximumBytes: number, handle: (frame: Buffer) => void): void {
    let rest = this.#join(chunk);
    while (rest !== undefined && rest.length > 0) {
      const length = frameLength(rest, maximumBytes);
      if (length === 0 || length > rest.length) break;
      handle(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    if (rest !== undefined && rest.length > 0) this.#keep(rest, maximumBytes);
  }

  /** Everything that is buffered followed by `chunk`; `undefined` while that is known to be less than one packet. */
  #join(chunk: Buffer): Buffer | undefined {
    if (this.#bufferedBytes === 0) return chunk;
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    if (this.#bufferedBytes < this.#awaitedBytes) {
      // A client that drips single bytes must not make us keep an object for each.
      if (this.#chunks.length > MOST_CHUNKS) this.#chunks = [Buffer.concat(this.#chunks, this.#bufferedBytes)];
      return undefined;
    }
    const joined = Buffer.concat(this.#chunks, this.#bufferedBytes);
    this.#chunks = [];
    this.#bufferedBytes = 0;
    return joined;
  }

  #keep(rest: Buffer, maximumBytes: number): void {
    this.#chunks = [rest];
    this.#bufferedBytes = rest.length;
    this.#awaitedBytes = frameLength(rest, maximumBytes);
  }
}

/** Bytes of the packet at the start of `buffer`, or 0 when its fixed header is not complete yet. */
function frameLength(buffer: Buffer, maximumBytes: number): number {
  let remaining = 0;
  for (let index = 1; index < LONGEST_FIXED_HEADER_BYTES; index++) {
    const byte = buffer[index];
    if (byte === undefined) return 0;
    remaining += (byte & 0x7f) * 128 ** (index - 1);
    if ((byte & 0x80) !== 0) continue;
    const total = index + 1 + remaining;
    if (total > maximumBytes) {
      throw new ProtocolViolation(
        ReasonCode.PACKET_TOO_LARGE,
        `a packet must be at most ${maximumBytes} bytes, got ${total}`,
      );
    }
    return total;
  }
  throw new ProtocolViolation(ReasonCode.MALFORMED_PACKET, 'the remaining length must be at most four bytes long');
}

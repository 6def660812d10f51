import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** Close codes that a client does not send itself: no status, and a connection that broke (RFC 6455 7.4.1). */
const ABNORMAL_CLOSURE = 1006;
/** A text frame: MQTT goes in binary frames only [MQTT-6.0.0-1]. */
const UNSUPPORTED_DATA = 1003;

/** A WebSocket as a stream of bytes; MQTT packets need not keep to frames [MQTT-6.0.0-2]. */
export class WebSocketStream extends Duplex {
  readonly #webSocket: WebSocket;
  /** Whether the other end has said goodbye in WebSocket's way, with or without an MQTT DISCONNECT before it. */
  endedByCloseFrame = false;

  constructor(webSocket: WebSocket) {
    super({ allowHalfOpen: false });
    this.#webSocket = webSocket;
    webSocket.binaryType = 'nodebuffer';
    webSocket.on('message', (data: RawData, isBinary: boolean) => this.#received(data as Buffer, isBinary));
    webSocket.on('close', (code: number) => {
      if (this.readableEnded) return;
      this.endedByCloseFrame = code !== ABNORMAL_CLOSURE;
      if (this.endedByCloseFrame) this.push(null);
      else this.destroy();
    });
    webSocket.on('error', (error: Error) => this.destroy(error));
  }

  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) done();
    else this.#webSocket.send(chunk, { binary: true }, (error) => done(error));
  }

  override _final(done: () => void): void {
    this.#webSocket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#webSocket.terminate();
    done(error);
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (!isBinary) {
      this.#webSocket.close(UNSUPPORTED_DATA, 'MQTT is sent in binary frames');
      // The end of the connection, and not by the client's close frame: its will is published.
      this.push(null);
      return;
    }
    if (!this.push(data)) this.#webSocket.pause();
  }
}

import type { Duplex } from 'node:stream';

/** A cloud in which probes are made: the real one or the embedded one. */
export interface Site {
  /** Who it is, for the report. */
  readonly name: string;
  /** Lets seconds pass: of the machine's time, or of the embedded cloud's own. */
  pass(seconds: number): Promise<void>;
  /** Resolves when whatever was set going has come to its end, or has had its time. */
  rest(): Promise<void>;
  /** Waits until the client id may connect again: clouds take one CONNECT a second of each. */
  admit(clientId: string): Promise<void>;
  /** Ends every connection that is still open. */
  close(): Promise<void>;
}

/** A way into a cloud for somebody it knows: the stream is connected, MQTT has not been spoken. */
export type Dial = () => Promise<Duplex>;

/** What can be published: text, bytes, or a value that travels as JSON. */
export type Payload = string | Buffer | Readonly<Record<string, unknown>> | readonly unknown[] | number;

/** A payload in the forms in which a test wants to look at it. */
export interface ReadablePayload {
  readonly payload: Buffer;
  /** The payload as UTF-8. */
  readonly text: string;
  /** The payload as JSON. @default - the payload is not JSON */
  readonly json?: unknown;
}

/** The bytes that travel. */
export function payloadBytes(payload: Payload): Buffer {
  if (Buffer.isBuffer(payload)) return payload;
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

/** A payload to look at. */
export function readablePayload(payload: Buffer): ReadablePayload {
  const text = payload.toString();
  const json = parsed(text);
  return { payload, text, ...(json === undefined ? {} : { json }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

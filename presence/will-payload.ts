/** What a JSON will says of the session that it belongs to, so that a late will can be told from a new session. */
export interface WillSession {
  readonly sessionId: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly connectedAt: number;
}

/** The will payload that the default topic rule looks for: reported state with `last_will` and `trigger_action`. */
export function lastWillPayload(clientId: string): string {
  return JSON.stringify({ state: { reported: { last_will: 'yes', trigger_action: 'on', client_id: clientId } } });
}

/**
 * Adds the session to a will payload that is a JSON object, under the top-level key `session`. AWS gives no order
 * guarantee between a will and the next session's messages; a receiver compares the session ids.
 * @returns the new payload, or `undefined` when the payload is not a JSON object.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-lwt
 */
export function withWillSession(payload: string, session: WillSession): string | undefined {
  const parsed = parseObject(payload);
  if (parsed === undefined) return undefined;
  return JSON.stringify({ ...parsed, session: { id: session.sessionId, connected_at: session.connectedAt } });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What the agent does about a reason: `retry` after a back-off, or `stop` because trying again cannot succeed. */
export type Decision = 'retry' | 'stop';

/** A reason code of MQTT 5 and what it means for a client that receives it. */
export interface ReasonCode {
  readonly name: string;
  readonly decision: Decision;
}

/**
 * Reason codes that say no, as a client meets them in CONNACK and DISCONNECT (MQTT 5, 2.4). What another attempt cannot
 * change is not retried: rights, names, protocol. What passes is: load, quota, restarts.
 * @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901031
 */
const REASON_CODES: Readonly<Record<number, ReasonCode>> = {
  0: { name: 'Normal disconnection', decision: 'retry' },
  128: { name: 'Unspecified error', decision: 'retry' },
  129: { name: 'Malformed Packet', decision: 'stop' },
  130: { name: 'Protocol Error', decision: 'stop' },
  131: { name: 'Implementation specific error', decision: 'retry' },
  132: { name: 'Unsupported Protocol Version', decision: 'stop' },
  133: { name: 'Client Identifier not valid', decision: 'stop' },
  134: { name: 'Bad User Name or Password', decision: 'stop' },
  135: { name: 'Not authorized', decision: 'stop' },
  136: { name: 'Server unavailable', decision: 'retry' },
  137: { name: 'Server busy', decision: 'retry' },
  138: { name: 'Banned', decision: 'stop' },
  139: { name: 'Server shutting down', decision: 'retry' },
  140: { name: 'Bad authentication method', decision: 'stop' },
  141: { name: 'Keep Alive timeout', decision: 'retry' },
  142: { name: 'Session taken over', decision: 'stop' },
  143: { name: 'Topic Filter invalid', decision: 'stop' },
  144: { name: 'Topic Name invalid', decision: 'stop' },
  145: { name: 'Packet Identifier in use', decision: 'retry' },
  146: { name: 'Packet Identifier not found', decision: 'retry' },
  147: { name: 'Receive Maximum exceeded', decision: 'retry' },
  148: { name: 'Topic Alias invalid', decision: 'stop' },
  149: { name: 'Packet too large', decision: 'stop' },
  150: { name: 'Message rate too high', decision: 'retry' },
  151: { name: 'Quota exceeded', decision: 'retry' },
  152: { name: 'Administrative action', decision: 'retry' },
  153: { name: 'Payload format invalid', decision: 'stop' },
  154: { name: 'Retain not supported', decision: 'stop' },
  155: { name: 'QoS not supported', decision: 'stop' },
  156: { name: 'Use another server', decision: 'retry' },
  157: { name: 'Server moved', decision: 'retry' },
  158: { name: 'Shared Subscriptions not supported', decision: 'stop' },
  159: { name: 'Connection rate exceeded', decision: 'retry' },
  160: { name: 'Maximum connect time', decision: 'retry' },
  161: { name: 'Subscription Identifiers not supported', decision: 'stop' },
  162: { name: 'Wildcard Subscriptions not supported', decision: 'stop' },
};

/** Return codes of an MQTT 3.1.1 CONNACK (3.2.2.3). */
const RETURN_CODES: Readonly<Record<number, ReasonCode>> = {
  1: { name: 'unacceptable protocol version', decision: 'stop' },
  2: { name: 'identifier rejected', decision: 'stop' },
  3: { name: 'server unavailable', decision: 'retry' },
  4: { name: 'bad user name or password', decision: 'stop' },
  5: { name: 'not authorized', decision: 'stop' },
};

/** Looks up a reason code, or with `protocolVersion` 4 a return code of CONNACK; an unknown code is retried. */
export function reasonCode(code: number, protocolVersion: 4 | 5 = 5): ReasonCode {
  const table = protocolVersion === 4 && code < 128 ? RETURN_CODES : REASON_CODES;
  return table[code] ?? { name: 'unknown reason', decision: 'retry' };
}

/** The code as people look it up: `135 (0x87, Not authorized)`. */
export function describeReason(code: number, protocolVersion: 4 | 5 = 5): string {
  const { name } = reasonCode(code, protocolVersion);
  return code < 128 ? `${code} (${name})` : `${code} (0x${code.toString(16).toUpperCase()}, ${name})`;
}

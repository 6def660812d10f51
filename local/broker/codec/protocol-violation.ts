/** Something that a client sent and that closes its connection; carries the reason code to answer with. */
export class ProtocolViolation extends Error {
  readonly reasonCode: number;

  constructor(reasonCode: number, message: string) {
    super(message);
    this.name = 'ProtocolViolation';
    this.reasonCode = reasonCode;
  }
}

/** A rate limit that a client has exceeded. */
export class Throttled extends ProtocolViolation {
  constructor(reasonCode: number, message: string) {
    super(reasonCode, message);
    this.name = 'Throttled';
  }
}

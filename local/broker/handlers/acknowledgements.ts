import { ProtocolViolation } from '../codec/protocol-violation';
import { ReasonCode } from '../codec/reason-code';
import type { Core } from '../core';
import { deliverWaiting } from '../delivery';
import type { Session } from '../session';

/** A delivery is done: its packet identifier is free again and the next message can go. */
export function completeDelivery(core: Core, session: Session, packetIdentifier: number): void {
  session.inflight.delete(packetIdentifier);
  deliverWaiting(core, session);
}

/** Some brokers end the connection when a client answers a delivery with an error code; the standard does not. */
export function checkReason(core: Core, reasonCode: number): void {
  if (reasonCode >= ReasonCode.UNSPECIFIED_ERROR && core.profile.behaviour.failedPubackEndsConnection) {
    throw new ProtocolViolation(
      ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
      `the client answered a delivery with 0x${reasonCode.toString(16)}`,
    );
  }
}

import type { Core } from './core';
import { resend } from './send';
import type { Session } from './session';

/**
 * Sends again, while the client is connected, what it leaves unacknowledged, where the profile does so. The standard
 * does not allow it [MQTT-4.4.0-1]; AWS IoT Core does it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences
 */
export function watchRedelivery(core: Core, session: Session): void {
  const { redelivery } = core.profile.behaviour;
  if (redelivery === 'onReconnect' || session.redeliveryTimer !== undefined) return;
  session.redeliveryTimer = core.timers.schedule(redelivery.everySeconds * 1000, () => redeliver(core, session));
}

function redeliver(core: Core, session: Session): void {
  session.redeliveryTimer = undefined;
  const { redelivery } = core.profile.behaviour;
  const { connection } = session;
  if (redelivery === 'onReconnect' || connection === undefined) return;
  const now = core.clock.now();
  const givenUpBefore = now - redelivery.windowSeconds[session.protocolVersion] * 1000;
  for (const [packetIdentifier, inflight] of session.inflight) {
    if (inflight.firstSentAt <= givenUpBefore) session.inflight.delete(packetIdentifier);
    else if (now - inflight.sentAt >= redelivery.everySeconds * 1000)
      resend(core, session, connection, packetIdentifier);
  }
  if (session.inflight.size > 0) watchRedelivery(core, session);
}

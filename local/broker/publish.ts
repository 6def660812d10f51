import type { Core } from './core';
import { OutboundMessage } from './outbound-message';
import type { Message, Origin } from './ports';

/**
 * The one way of every message: client publish, will, republish, cloud. What is published while another publish is
 * under way (a rule that republishes, a session that overflows) waits its turn, so that every subscriber sees the
 * cause before its consequence.
 */
export function publish(core: Core, message: Message, origin: Origin): void {
  if (core.publishing) {
    core.waitingPublishes.push({ message, origin });
    return;
  }
  core.publishing = true;
  try {
    route(core, message, origin);
    for (let next = core.waitingPublishes.shift(); next !== undefined; next = core.waitingPublishes.shift()) {
      route(core, next.message, next.origin);
    }
  } finally {
    core.publishing = false;
  }
}

function route(core: Core, message: Message, origin: Origin): void {
  observe(core, message, origin);
  if (offerToSink(core, message, origin) === 'consumed') return;
  const outbound = outboundMessage(core, message, origin);
  if (message.retain) core.retained.store(outbound, core.clock.now());
  core.fanOut.send(core, outbound);
}

function observe(core: Core, message: Message, origin: Origin): void {
  if (core.options.observer === undefined) return;
  const { clientId, principal, remoteAddress } = origin;
  core.observe({ kind: 'publish', clientId: clientId ?? '', principal, remoteAddress, message, origin });
}

function offerToSink(core: Core, message: Message, origin: Origin): 'deliver' | 'consumed' {
  try {
    return core.options.sink?.accept(message, origin) ?? 'deliver';
  } catch (error) {
    const detail = `the sink failed on a message to ${message.topic}: ${String(error)}`;
    core.observe({ kind: 'warning', clientId: origin.clientId ?? '', detail });
    return 'deliver';
  }
}

/** Message expiry as the profile counts it: raised to its minimum, lowered to its maximum. */
function outboundMessage(core: Core, message: Message, origin: Origin): OutboundMessage {
  const asked = message.properties.messageExpirySeconds;
  const { messageExpiry } = core.profile.limits;
  if (asked === undefined || (asked === 0 && messageExpiry.zeroNeverExpires)) {
    return new OutboundMessage(message, origin.clientId, undefined);
  }
  const seconds = Math.min(Math.max(asked, messageExpiry.minimumSeconds), messageExpiry.maximumSeconds);
  const at = core.clock.now() + seconds * 1000;
  return new OutboundMessage(message, origin.clientId, { at, remainder: messageExpiry.remainder });
}

import type { Core } from './core';
import { deliver } from './delivery';
import type { OutboundMessage } from './outbound-message';
import { higherQos, lowerQos } from './qos';
import type { Session } from './session';
import type { SharedGroup, Subscription } from './subscription-index';

/** A session that gets a message, with what its matching subscriptions add up to. */
type Match = Pick<Subscription, 'session' | 'qos' | 'retainAsPublished' | 'identifiers'>;

/**
 * Finds who gets a message. A session with overlapping subscriptions gets it once, at the highest QoS and with every
 * subscription identifier [MQTT-3.3.4-2], [MQTT-3.3.4-4]; each shared group adds a copy for one of its members.
 */
export class FanOut {
  #pass = 0;
  #matches: Match[] = [];

  /** Delivers a message to every session that subscribed to its topic. */
  send(core: Core, outbound: OutboundMessage): void {
    this.#pass++;
    this.#matches = [];
    core.subscriptions.forEachMatch(outbound.message.topic, (match) => this.#note(core, match, outbound));
    for (const match of this.#matches) {
      const qos = lowerQos(match.qos, outbound.message.qos);
      deliver(core, match.session, {
        outbound,
        qos,
        retain: match.retainAsPublished && outbound.message.retain,
        subscriptionIdentifiers: match.identifiers,
      });
    }
  }

  #note(core: Core, match: Subscription | SharedGroup, outbound: OutboundMessage): void {
    if (match.kind === 'group') {
      const member = core.subscriptions.pick(match);
      if (member !== undefined) this.#matches.push(member);
      return;
    }
    if (match.noLocal && outbound.publisherId === match.session.clientId) return;
    const { session } = match;
    if (session.visitedBy === this.#pass) this.#merge(session, match);
    else this.#first(session, match);
  }

  #first(session: Session, match: Match): void {
    session.visitedBy = this.#pass;
    session.visitIndex = this.#matches.length;
    this.#matches.push(match);
  }

  #merge(session: Session, match: Match): void {
    const earlier = this.#matches[session.visitIndex] as Match;
    this.#matches[session.visitIndex] = {
      session,
      qos: higherQos(match.qos, earlier.qos),
      retainAsPublished: match.retainAsPublished || earlier.retainAsPublished,
      identifiers: joined(earlier.identifiers, match.identifiers),
    };
  }
}

function joined(
  one: readonly number[] | undefined,
  other: readonly number[] | undefined,
): readonly number[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return [...one, ...other];
}

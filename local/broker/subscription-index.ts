import type { Randomness } from '../../presence/randomness';
import { TopicFilterTree } from '../../presence/topic-filter-tree';
import type { Session } from './session';

/** One subscription of one session. */
export interface Subscription {
  readonly kind: 'subscription';
  readonly session: Session;
  /** As the client wrote it, with `$share/...` if it did. */
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  /** One identifier at most; a list, because overlapping subscriptions add up. */
  readonly identifiers: readonly number[] | undefined;
}

/** The sessions that share a subscription; each message goes to one of them (4.8.2). */
export interface SharedGroup {
  readonly kind: 'group';
  readonly members: Set<Subscription>;
  /** How many messages it has handed out. */
  turn: number;
}

/** The parts of `$share/{name}/{filter}`. */
export interface SharedFilter {
  readonly name: string;
  readonly filter: string;
}

/** The parts of a shared subscription's filter; `undefined` when the filter is not one, or is ill formed. */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  const match = /^\$share\/([^/+#]+)\/(.+)$/s.exec(filter);
  return match === null ? undefined : { name: match[1] as string, filter: match[2] as string };
}

/** Every subscription of a broker, found by topic. */
export class SubscriptionIndex {
  readonly #tree: TopicFilterTree<Subscription | SharedGroup>;
  readonly #groups = new Map<string, SharedGroup>();
  readonly #randomness: Randomness;
  readonly #choice: 'random' | 'inTurn';

  constructor(options: {
    readonly hashMatchesParent: boolean;
    readonly randomness: Randomness;
    readonly sharedSubscriptionMember: 'random' | 'inTurn';
  }) {
    this.#tree = new TopicFilterTree({ hashMatchesParent: options.hashMatchesParent });
    this.#randomness = options.randomness;
    this.#choice = options.sharedSubscriptionMember;
  }

  /** Adds a subscription, in place of the session's earlier one with the same filter [MQTT-3.8.4-3]; returns whether it is new. */
  add(subscription: Subscription): boolean {
    const { session, filter } = subscription;
    const isNew = !this.remove(session, filter);
    session.subscriptions.set(filter, subscription);
    const shared = parseSharedFilter(filter);
    if (shared === undefined) this.#tree.add(filter, subscription);
    else this.#group(filter, shared.filter).members.add(subscription);
    return isNew;
  }

  /** Removes a session's subscription; returns whether it had one. */
  remove(session: Session, filter: string): boolean {
    const subscription = session.subscriptions.get(filter);
    if (subscription === undefined) return false;
    session.subscriptions.delete(filter);
    const shared = parseSharedFilter(filter);
    if (shared === undefined) return this.#tree.remove(filter, subscription);
    const group = this.#groups.get(filter);
    group?.members.delete(subscription);
    if (group !== undefined && group.members.size === 0) {
      this.#groups.delete(filter);
      this.#tree.remove(shared.filter, group);
    }
    return true;
  }

  /** Removes everything that a session has subscribed to. */
  removeAll(session: Session): void {
    if (!session.hasSubscriptions) return;
    for (const filter of [...session.subscriptions.keys()]) this.remove(session, filter);
  }

  /** Calls `visit` for every subscription and shared group that matches. */
  forEachMatch(topic: string, visit: (match: Subscription | SharedGroup) => void): void {
    this.#tree.forEachMatch(topic, visit);
  }

  /** The member that gets the group's next message: one that is connected, if there is one. */
  pick(group: SharedGroup): Subscription | undefined {
    const connected = [...group.members].filter((member) => member.session.connection !== undefined);
    const candidates = connected.length > 0 ? connected : [...group.members];
    const turn = group.turn++;
    const index = this.#choice === 'inTurn' ? turn : Math.floor(this.#randomness.fraction() * candidates.length);
    return candidates[index % candidates.length];
  }

  #group(filter: string, sharedFilter: string): SharedGroup {
    let group = this.#groups.get(filter);
    if (group === undefined) {
      group = { kind: 'group', members: new Set(), turn: 0 };
      this.#groups.set(filter, group);
      this.#tree.add(sharedFilter, group);
    }
    return group;
  }
}

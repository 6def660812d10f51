import type { Clock } from '../../presence/clock';
import type { Connection } from './connection';
import type { ProfileThrottles } from './profiles/profile';

/** A rate with a burst of one second. */
class TokenBucket {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = Math.max(1, perSecond);
    this.#filledAt = clock.now();
  }

  /** Whether nothing has been taken for as long as it takes to fill up. */
  get full(): boolean {
    this.#fill();
    return this.#tokens >= Math.max(1, this.#perSecond);
  }

  /** Takes tokens if there are enough. */
  take(tokens: number): boolean {
    this.#fill();
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }

  #fill(): void {
    const now = this.#clock.now();
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + earned);
    this.#filledAt = now;
  }
}

interface ConnectionBuckets {
  readonly publishes: TokenBucket;
  readonly bytes: TokenBucket;
  readonly subscribes: TokenBucket;
}

/** From how many client ids on those that have been quiet are forgotten. */
const REMEMBERED_CLIENT_IDS = 10_000;

/** The rate limits of a profile, on the broker's clock; what a client gets is not counted, only what it sends. */
export class Throttle {
  readonly #clock: Clock;
  readonly #rates: ProfileThrottles;
  readonly #connects: TokenBucket;
  readonly #byClientId = new Map<string, TokenBucket>();
  readonly #byConnection = new WeakMap<Connection, ConnectionBuckets>();

  /** @param scale multiplies every rate; above 0. */
  constructor(clock: Clock, throttles: ProfileThrottles, scale: number) {
    this.#clock = clock;
    this.#rates = {
      publishesPerConnection: throttles.publishesPerConnection * scale,
      bytesPerConnection: throttles.bytesPerConnection * scale,
      connectsPerClientId: throttles.connectsPerClientId * scale,
      connects: throttles.connects * scale,
      subscribesPerConnection: throttles.subscribesPerConnection * scale,
    };
    this.#connects = new TokenBucket(clock, this.#rates.connects);
  }

  /** Whether a client id may connect now. */
  allowsConnect(clientId: string): boolean {
    return this.#clientBucket(clientId).take(1) && this.#connects.take(1);
  }

  /** Whether a connection may publish a message of this many bytes now. */
  allowsPublish(connection: Connection, bytes: number): boolean {
    const buckets = this.#buckets(connection);
    return buckets.publishes.take(1) && buckets.bytes.take(bytes);
  }

  /** Whether a connection may send SUBSCRIBE or UNSUBSCRIBE now. */
  allowsSubscribe(connection: Connection): boolean {
    return this.#buckets(connection).subscribes.take(1);
  }

  #clientBucket(clientId: string): TokenBucket {
    let bucket = this.#byClientId.get(clientId);
    if (bucket === undefined) {
      if (this.#byClientId.size >= REMEMBERED_CLIENT_IDS) this.#forgetQuietClients();
      bucket = new TokenBucket(this.#clock, this.#rates.connectsPerClientId);
      this.#byClientId.set(clientId, bucket);
    }
    return bucket;
  }

  #forgetQuietClients(): void {
    for (const [clientId, bucket] of this.#byClientId) if (bucket.full) this.#byClientId.delete(clientId);
  }

  #buckets(connection: Connection): ConnectionBuckets {
    let buckets = this.#byConnection.get(connection);
    if (buckets === undefined) {
      buckets = {
        publishes: new TokenBucket(this.#clock, this.#rates.publishesPerConnection),
        bytes: new TokenBucket(this.#clock, this.#rates.bytesPerConnection),
        subscribes: new TokenBucket(this.#clock, this.#rates.subscribesPerConnection),
      };
      this.#byConnection.set(connection, buckets);
    }
    return buckets;
  }
}

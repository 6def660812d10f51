import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { Connection } from './connection';
import type { FanOut } from './fan-out';
import type { Authenticator, BrokerEvent, BrokerObserver, Message, MessageSink, Origin } from './ports';
import type { Profile } from './profiles/profile';
import { Queue } from './queue';
import { RetainedMessages } from './retained-messages';
import type { Session } from './session';
import { SubscriptionIndex } from './subscription-index';
import { Throttle } from './throttle';
import { TimerHeap } from './timer-heap';

/** What a broker runs on; see BrokerOptions for the meaning of each. */
export interface CoreOptions {
  readonly profile: Profile;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly authenticator: Authenticator;
  readonly sink?: MessageSink;
  readonly observer?: BrokerObserver;
  readonly willAuthorization: 'at-connect' | 'at-publish';
  readonly serverKeepAliveSeconds?: number;
  readonly connectTimeoutSeconds: number;
  readonly slowReaderBytes: number;
  readonly throttleScale?: number;
}

/** The state of one broker, on which its packet handlers work. */
export class Core {
  readonly options: CoreOptions;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly timers: TimerHeap;
  /** By client id. */
  readonly sessions = new Map<string, Session>();
  readonly subscriptions: SubscriptionIndex;
  readonly retained: RetainedMessages;
  readonly fanOut: FanOut;
  /** Rate limits; absent when they are off. */
  readonly throttle: Throttle | undefined;
  /** Publishes that were asked for while another one was under way. */
  readonly waitingPublishes = new Queue<{ readonly message: Message; readonly origin: Origin }>();
  publishing = false;

  constructor(options: CoreOptions, fanOut: FanOut) {
    const { behaviour } = options.profile;
    this.options = options;
    this.profile = options.profile;
    this.clock = options.clock;
    this.fanOut = fanOut;
    this.throttle =
      options.throttleScale === undefined
        ? undefined
        : new Throttle(options.clock, options.profile.throttles, options.throttleScale);
    this.timers = new TimerHeap(options.clock, (error) => this.reportFailure(error));
    this.subscriptions = new SubscriptionIndex({ ...behaviour, randomness: options.randomness });
    this.retained = new RetainedMessages(this.timers, behaviour);
  }

  observe(event: BrokerEvent): void {
    this.options.observer?.observe(event);
  }

  /** Reports an error of ours, or of a port, that must not stop the broker. */
  reportFailure(error: unknown): void {
    this.observe({ kind: 'warning', clientId: '', detail: `the broker failed: ${String(error)}` });
  }

  /** Reports something about a connected client. */
  observeClient(
    connection: Connection,
    event: DistributiveOmit<BrokerEvent, 'clientId' | 'principal' | 'remoteAddress'>,
  ): void {
    if (this.options.observer === undefined) return;
    const client = {
      clientId: connection.session?.clientId ?? connection.request?.clientId ?? '',
      principal: connection.principal,
      remoteAddress: connection.remoteAddress,
    };
    this.options.observer.observe({ ...client, ...event } as BrokerEvent);
  }
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

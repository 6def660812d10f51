import type { TopicLimits } from '../../../presence/limits';
import type { RefusalSituation } from '../ports';

/** What a broker can do; said to MQTT 5 clients in CONNACK. */
interface ProfileFeatures {
  readonly maximumQos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly wildcardSubscriptions: boolean;
  readonly subscriptionIdentifiers: boolean;
  readonly sharedSubscriptions: boolean;
  /** Whether user properties are accepted outside PUBLISH and the will. */
  readonly userPropertiesOutsidePublish: boolean;
  /** Whether a payload that claims to be UTF-8 is checked. */
  readonly payloadFormatChecks: boolean;
}

/** What a broker accepts and keeps. Sizes in bytes, times in seconds. */
interface ProfileLimits {
  readonly topic: TopicLimits;
  readonly clientIdBytes: number;
  /** Largest packet in both directions. */
  readonly packetBytes: number;
  readonly payloadBytes: number;
  /** QoS 1 and 2 publishes of a client that are not acknowledged yet. */
  readonly receiveMaximum: number;
  /** Unacknowledged deliveries to a client that does not say its own Receive Maximum. */
  readonly defaultClientReceiveMaximum: number;
  /** Smallest Maximum Packet Size that a client may ask for. */
  readonly minimumClientPacketBytes: number;
  /** Topic aliases that a client may use. */
  readonly topicAliasMaximum: number;
  /** Topic aliases that the broker uses towards a client that allows them. */
  readonly outboundTopicAliases: number;
  readonly filtersPerSubscribe: number;
  readonly subscriptionsPerSession: number;
  /** A topic prefix whose levels do not count. */
  readonly uncountedTopicPrefix?: { readonly prefix: string; readonly levels: number };
  readonly keepAlive: {
    readonly minimumSeconds: number;
    readonly maximumSeconds: number;
    /** What a client gets that asks for 0; 0 turns the check off. */
    readonly whenZeroSeconds: number;
  };
  readonly sessionExpiry: {
    readonly maximumSeconds: number;
    /** How long a 3.1.1 session with clean session 0 lives after its connection. */
    readonly mqtt311Seconds: number;
  };
  /** `ignored`: wills are published at once, whatever delay the client asks for. */
  readonly willDelay: { readonly maximumSeconds: number; readonly above: 'lowered' | 'refused' } | 'ignored';
  readonly messageExpiry: {
    readonly minimumSeconds: number;
    readonly maximumSeconds: number;
    readonly zeroNeverExpires: boolean;
    /** How a part of a second that is left counts when a message is handed on. */
    readonly remainder: 'up' | 'down';
  };
  readonly userPropertiesBytes: number;
  readonly contentTypeBytes: number;
  readonly correlationDataBytes: number;
  /** Messages that wait for a subscriber that is away or slow. */
  readonly queue: {
    readonly messages: number;
    readonly bytes: number;
    readonly whenFull: 'dropNewest' | 'endSession';
  };
}

/** Where a broker does not do what the standard says, or what the standard leaves open. */
interface ProfileBehaviour {
  /** Whether `a/#` matches `a`. */
  readonly hashMatchesParent: boolean;
  /** Whether stored retained messages are sent only to filters without wildcards. */
  readonly retainedOnlyToExactFilters: boolean;
  /** When unacknowledged deliveries are sent again; with an interval also while the client is connected. */
  readonly redelivery:
    | 'onReconnect'
    | {
        readonly everySeconds: number;
        /** How long, by protocol version, before the delivery is given up. */
        readonly windowSeconds: { readonly 4: number; readonly 5: number };
      };
  /** Whether DUP is set on redelivery. */
  readonly duplicateFlagOnRedelivery: boolean;
  /** Whether a session made with one protocol version can be resumed with the other. */
  readonly sessionsCrossVersions: boolean;
  /** Whether only the owner of a session may take it over. */
  readonly sessionsBelongToOwner: boolean;
  /** Whether an empty client id is accepted from a 3.1.1 client. */
  readonly assignsClientIdTo311: boolean;
  /** Whether CONNACK says every limit and feature and the effective keep alive, or only what differs from the standard or from what was asked. */
  readonly saysEverythingInConnack: boolean;
  /** Whether CONNACK says the session expiry where it is not what was asked for, or always 0 whatever was granted. */
  readonly sessionExpiryInConnack: 'whenChanged' | 'zero';
  /** Whether a WebSocket close frame without DISCONNECT counts as the client's own disconnect, so that the will is discarded. */
  readonly webSocketCloseDiscardsWill: boolean;
  /** Whether a shared subscription's member is drawn at random, or each in turn. */
  readonly sharedSubscriptionMember: 'random' | 'inTurn';
  /** Whether topics and filters that start with `$` are refused, shared subscriptions excepted. */
  readonly reservesDollarTopics: boolean;
  /** Whether retained publishes to topics that start with `$` are refused. */
  readonly retainsDollarTopics: boolean;
  /** Whether the broker ends the connection when a client answers a delivery with an error code. */
  readonly failedPubackEndsConnection: boolean;
  /** What a QoS 0 publish that is not authorised does to an MQTT 5 client. */
  readonly deniedQos0Publish: 'dropped' | 'disconnected';
  /** What a publish with a higher QoS that is not authorised does to an MQTT 5 client. */
  readonly deniedPublish: 'acknowledged' | 'disconnected';
  /** What a subscription that is not authorised does to an MQTT 5 client. */
  readonly deniedSubscribe: 'refused' | 'disconnected';
  /** What a publish that is not authorised does to a 3.1.1 client. */
  readonly denied311Publish: 'dropped' | 'disconnected';
  /** What a subscription that is not authorised does to a 3.1.1 client. */
  readonly denied311Subscribe: 'refused' | 'disconnected';
}

/** Reason codes by situation. */
interface ProfileReasons {
  readonly refusal: Readonly<Record<RefusalSituation, { readonly mqtt5: number; readonly mqtt311: number | 'close' }>>;
  /** A CONNECT whose will the broker cannot keep, towards 3.1.1: a return code, or the connection is just closed. */
  readonly badWill311: number | 'close';
  readonly tooManyFilters: number;
  readonly tooManySubscriptions: number;
  /** More publishes or bytes per second than the throttle allows. */
  readonly publishRate: number;
  /** More connects per second than the throttle allows. */
  readonly connectRate: { readonly mqtt5: number; readonly mqtt311: number | 'close' };
  /** More SUBSCRIBEs per second than the throttle allows. */
  readonly subscribeRate: number;
  readonly unexpectedUserProperties: number;
}

/** Rate limits, in events per second unless said otherwise; only in force when the broker is told to throttle. */
export interface ProfileThrottles {
  readonly publishesPerConnection: number;
  readonly bytesPerConnection: number;
  readonly connectsPerClientId: number;
  readonly connects: number;
  readonly subscribesPerConnection: number;
}

/** A kind of broker as data: the broker's code asks it and never the cloud's name. */
export interface Profile {
  readonly name: 'mqtt' | 'aws' | 'azure';
  readonly features: ProfileFeatures;
  readonly limits: ProfileLimits;
  readonly behaviour: ProfileBehaviour;
  readonly reasons: ProfileReasons;
  readonly throttles: ProfileThrottles;
}

/** A change to parts of a profile. */
export interface ProfileChanges {
  readonly features?: Partial<ProfileFeatures>;
  readonly limits?: Partial<ProfileLimits>;
  readonly behaviour?: Partial<ProfileBehaviour>;
  readonly reasons?: Partial<ProfileReasons>;
  readonly throttles?: Partial<ProfileThrottles>;
}

/** A copy of a profile with some of its data changed, e.g. a lower keep-alive floor for a demo that cannot wait. */
export function changeProfile(profile: Profile, changes: ProfileChanges): Profile {
  return {
    name: profile.name,
    features: { ...profile.features, ...changes.features },
    limits: { ...profile.limits, ...changes.limits },
    behaviour: { ...profile.behaviour, ...changes.behaviour },
    reasons: { ...profile.reasons, ...changes.reasons },
    throttles: { ...profile.throttles, ...changes.throttles },
  };
}

import { AWS_LIMITS } from '../../../presence/limits';
import { ReasonCode } from '../codec/reason-code';
import { MQTT_PROFILE } from './mqtt';
import { changeProfile, type Profile } from './profile';

/**
 * AWS IoT Core's message broker.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
export const AWS_PROFILE: Profile = {
  ...changeProfile(MQTT_PROFILE, {
    features: { maximumQos: 1, subscriptionIdentifiers: false, payloadFormatChecks: false },
    limits: {
      topic: AWS_LIMITS.topic,
      clientIdBytes: AWS_LIMITS.maximumClientIdBytes,
      // The quota page says 146 KB; observed in a CONNACK: 149504.
      packetBytes: 149_504,
      payloadBytes: AWS_LIMITS.maximumPayloadBytes,
      receiveMaximum: 100,
      defaultClientReceiveMaximum: 100,
      minimumClientPacketBytes: 512,
      topicAliasMaximum: 8,
      outboundTopicAliases: 8,
      filtersPerSubscribe: 8,
      subscriptionsPerSession: 50,
      // Basic Ingest: $aws/rules/{rule name}.
      uncountedTopicPrefix: { prefix: '$aws/rules/', levels: 3 },
      keepAlive: {
        minimumSeconds: AWS_LIMITS.minimumKeepAliveSeconds,
        maximumSeconds: AWS_LIMITS.maximumKeepAliveSeconds,
        whenZeroSeconds: AWS_LIMITS.maximumKeepAliveSeconds,
      },
      sessionExpiry: {
        maximumSeconds: AWS_LIMITS.defaultSessionExpirySeconds,
        mqtt311Seconds: AWS_LIMITS.defaultSessionExpirySeconds,
      },
      // The will delay interval is not among the properties that AWS lists as supported.
      willDelay: 'ignored',
      messageExpiry: {
        minimumSeconds: 1,
        maximumSeconds: AWS_LIMITS.maximumMessageExpirySeconds,
        zeroNeverExpires: false,
        remainder: 'down',
      },
      userPropertiesBytes: 8_192,
      contentTypeBytes: 256,
      correlationDataBytes: 8_192,
    },
    behaviour: {
      hashMatchesParent: false,
      retainedOnlyToExactFilters: true,
      // Observed after 30 to 35 seconds; the quota page gives how long it goes on.
      redelivery: { everySeconds: 30, windowSeconds: { 4: 3_600, 5: 960 } },
      duplicateFlagOnRedelivery: false,
      sessionsCrossVersions: false,
      // Documented for MQTT 5 only; an empty id of a 3.1.1 client is refused.
      assignsClientIdTo311: false,
      saysEverythingInConnack: true,
      // As documented; a CONNACK that says 0 although the session was kept has been observed.
      sessionExpiryInConnack: 'whenChanged',
      webSocketCloseDiscardsWill: true,
      sharedSubscriptionMember: 'random',
      retainsDollarTopics: false,
      deniedQos0Publish: 'disconnected',
      // Whether the connection outlives a refusal in PUBACK or SUBACK is not documented.
      deniedPublish: 'acknowledged',
      deniedSubscribe: 'refused',
      denied311Publish: 'disconnected',
      denied311Subscribe: 'disconnected',
    },
    reasons: {
      refusal: {
        ...MQTT_PROFILE.reasons.refusal,
        // Devices on 3.1.1 see the connection close ("unexpected hangup") and no CONNACK.
        notAuthorized: { mqtt5: ReasonCode.NOT_AUTHORIZED, mqtt311: 'close' },
      },
      badWill311: 'close',
      // Of the codes that AWS lists for CONNACK and DISCONNECT, the one for limits.
      publishRate: ReasonCode.QUOTA_EXCEEDED,
      connectRate: { mqtt5: ReasonCode.QUOTA_EXCEEDED, mqtt311: 'close' },
    },
    throttles: {
      publishesPerConnection: 100,
      bytesPerConnection: 524_288,
      connectsPerClientId: 1,
      connects: 3_000,
    },
  }),
  name: 'aws',
};

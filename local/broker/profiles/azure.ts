import { EVENT_GRID_LIMITS } from '../../../presence/limits';
import { ReasonCode } from '../codec/reason-code';
import { MQTT_PROFILE } from './mqtt';
import { changeProfile, type Profile } from './profile';

/**
 * The MQTT broker of an Azure Event Grid namespace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support
 * @see https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits
 */
export const AZURE_PROFILE: Profile = {
  ...changeProfile(MQTT_PROFILE, {
    features: {
      maximumQos: 1,
      subscriptionIdentifiers: false,
      sharedSubscriptions: false,
      userPropertiesOutsidePublish: false,
      payloadFormatChecks: false,
    },
    limits: {
      topic: EVENT_GRID_LIMITS.topic,
      clientIdBytes: 128,
      packetBytes: EVENT_GRID_LIMITS.maximumPacketBytes,
      payloadBytes: EVENT_GRID_LIMITS.maximumPacketBytes,
      // What CONNACK announces is not documented; the quota table gives 1,000 inbound messages in flight.
      receiveMaximum: 1_000,
      defaultClientReceiveMaximum: 16,
      topicAliasMaximum: 10,
      outboundTopicAliases: 0,
      filtersPerSubscribe: 10,
      subscriptionsPerSession: 50,
      keepAlive: {
        minimumSeconds: EVENT_GRID_LIMITS.minimumKeepAliveSeconds,
        maximumSeconds: EVENT_GRID_LIMITS.maximumKeepAliveSeconds,
        whenZeroSeconds: EVENT_GRID_LIMITS.maximumKeepAliveSeconds,
      },
      // The namespace's maximumSessionExpiryInHours, 1 by default.
      sessionExpiry: { maximumSeconds: 3_600, mqtt311Seconds: 3_600 },
      // Whether a longer delay is lowered or refused is not documented.
      willDelay: { maximumSeconds: EVENT_GRID_LIMITS.maximumWillDelaySeconds, above: 'lowered' },
      messageExpiry: { minimumSeconds: 0, maximumSeconds: 4_294_967_295, zeroNeverExpires: true, remainder: 'up' },
      userPropertiesBytes: 32_768,
      contentTypeBytes: 256,
      correlationDataBytes: 256,
      queue: { messages: 100, bytes: 1_048_576, whenFull: 'endSession' },
    },
    behaviour: {
      sessionsBelongToOwner: true,
      // Assigned client ids are documented for MQTT 5 only.
      assignsClientIdTo311: false,
      reservesDollarTopics: true,
      failedPubackEndsConnection: true,
      // Whether a QoS 0 publish is dropped or ends the connection is not documented.
      deniedQos0Publish: 'disconnected',
      denied311Publish: 'disconnected',
      denied311Subscribe: 'refused',
    },
    reasons: {
      // The documents say that the request fails and give no code.
      unexpectedUserProperties: ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
    },
    throttles: {
      publishesPerConnection: 1_000,
      bytesPerConnection: 1_048_576,
      // The documents print 0, a misprint; 1 as on AWS.
      connectsPerClientId: 1,
      connects: 200,
      subscribesPerConnection: 5,
    },
  }),
  name: 'azure',
};

import { Construct } from 'constructs';
import { EVENT_GRID_API_VERSION } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { ICustomTopic } from './custom-topic';
import type { EventDestination } from './event-destination';
import { defaultResourceName, integerProblems, patternProblems, refuse } from './property-checks';
import { Warnings } from './warnings';

/** Which MQTT topics an event subscription lets through. Filters know no wildcards. */
export interface SubjectFilter {
  /** What the topic begins with. @default - any beginning */
  readonly beginsWith?: string;
  /** What the topic ends with. @default - any end */
  readonly endsWith?: string;
}

/** Properties of {@link EventSubscription}. */
export interface EventSubscriptionProps {
  /** The topic whose events are delivered. */
  readonly topic: ICustomTopic;
  /** 3 to 64 letters, digits and hyphens. @default - made from the construct's path */
  readonly subscriptionName?: string;
  /** Where events are delivered to. */
  readonly destination: EventDestination;
  /** Which topics' messages are delivered. @default - every routed MQTT message */
  readonly subject?: SubjectFilter;
  /** Deliveries that are tried, 1 to 30. @default 30 */
  readonly maximumDeliveryAttempts?: number;
  /** Minutes, 1 to 1440, for which delivery is tried. @default 1440 */
  readonly eventTimeToLiveMinutes?: number;
}

/**
 * Delivers routed MQTT messages from a custom topic.
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/topics/eventsubscriptions
 */
export class EventSubscription extends Construct {
  constructor(scope: Construct, id: string, props: EventSubscriptionProps) {
    super(scope, id);
    const rule = '3 to 64 letters, digits and hyphens';
    refuse(this, [
      ...patternProblems('subscriptionName', props.subscriptionName, /^[a-zA-Z0-9-]{3,64}$/, rule),
      ...integerProblems('maximumDeliveryAttempts', props.maximumDeliveryAttempts, 1, 30),
      ...integerProblems('eventTimeToLiveMinutes', props.eventTimeToLiveMinutes, 1, 1440),
    ]);
    if (props.destination.mayHoldSecret) {
      const message =
        'the webhook URL has a query that may hold a secret and is written to the template and the Terraform state; pass a sensitive TerraformVariable';
      Warnings.of(this).add('lastwill:webhookUrlMayHoldSecret', message);
    }
    this.#createResource(props);
  }

  #createResource(props: EventSubscriptionProps): void {
    new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/topics/eventSubscriptions@${EVENT_GRID_API_VERSION}`,
      name: props.subscriptionName ?? defaultResourceName(this),
      parentId: props.topic.topicId,
      body: {
        properties: {
          eventDeliverySchema: 'CloudEventSchemaV1_0',
          destination: props.destination.body,
          filter: {
            includedEventTypes: ['MQTT.EventPublished'],
            subjectBeginsWith: props.subject?.beginsWith ?? '',
            subjectEndsWith: props.subject?.endsWith ?? '',
            isSubjectCaseSensitive: true,
          },
          retryPolicy: {
            maxDeliveryAttempts: props.maximumDeliveryAttempts ?? 30,
            eventTimeToLiveInMinutes: props.eventTimeToLiveMinutes ?? 1440,
          },
        },
      },
    });
  }
}

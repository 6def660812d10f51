import { Construct } from 'constructs';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { defaultResourceName, integerProblems, refuse, resourceNameProblems } from './property-checks';

/** Properties of {@link NamespaceTopic}. */
export interface NamespaceTopicProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly topicName?: string;
  /** Days, 1 to 7, that events are kept. @default 1 */
  readonly eventRetentionDays?: number;
}

/**
 * A topic inside a namespace, from which consumers pull CloudEvents.
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/namespaces/topics
 */
export class NamespaceTopic extends Construct {
  /** ARM id, as a reference. */
  readonly topicId: string;
  readonly namespace: IEventGridNamespace;

  constructor(scope: Construct, id: string, props: NamespaceTopicProps) {
    super(scope, id);
    refuse(this, [
      ...resourceNameProblems('topicName', props.topicName),
      ...integerProblems('eventRetentionDays', props.eventRetentionDays, 1, 7),
    ]);
    const resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/topics@${EVENT_GRID_API_VERSION}`,
      name: props.topicName ?? defaultResourceName(this),
      parentId: props.namespace.namespaceId,
      body: {
        properties: {
          publisherType: 'Custom',
          inputSchema: 'CloudEventSchemaV1_0',
          eventRetentionInDays: props.eventRetentionDays ?? 1,
        },
      },
      locks: [props.namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
    this.topicId = resource.resourceId;
    this.namespace = props.namespace;
  }
}

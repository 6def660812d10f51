import type { ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { EVENT_GRID_API_VERSION } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import { armIdProblems, defaultResourceName, integerProblems, refuse, resourceNameProblems } from './property-checks';
import type { IResourceGroup } from './resource-group';
import { RoleAssignment } from './role-assignment';
import { TimeSleep } from './time/time-sleep';
import type { IUserAssignedIdentity } from './user-assigned-identity';

/** Built-in role EventGrid Data Sender. */
const DATA_SENDER_ROLE = 'd5a91429-5739-47e2-a06b-3470a27159e7';

/** A custom topic: new, or existing. */
export interface ICustomTopic extends IConstruct {
  /** ARM id, as a reference. */
  readonly topicId: string;
  /** Azure region; that of the namespace that routes to it. */
  readonly location: string;
  /**
   * Grants the role EventGrid Data Sender on this topic.
   * @returns what a routing must come after: the role, granted and given time to be known everywhere.
   */
  grantSend(identity: IUserAssignedIdentity, options?: GrantSendOptions): ITerraformDependable;
}

/** A custom topic that exists already; it must take CloudEvents. */
export interface CustomTopicAttributes {
  /** ARM id. */
  readonly topicId: string;
  /** Its Azure region. */
  readonly location: string;
}

/** Properties of {@link CustomTopic}. */
export interface CustomTopicProps {
  /** Where it is created. */
  readonly resourceGroup: IResourceGroup;
  /** 3 to 50 letters, digits and hyphens, unique in the region. @default - made from the construct's path */
  readonly topicName?: string;
  /** Must be the location of the namespace that routes to it. @default - the resource group's location */
  readonly location?: string;
  /** Azure tags of the topic, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Options of {@link CustomTopic.grantSend}. */
export interface GrantSendOptions {
  /** Seconds, 0 to 600, that a new role assignment is given to be known everywhere. @default 60 */
  readonly propagationSeconds?: number;
}

abstract class CustomTopicBase extends Construct implements ICustomTopic {
  abstract readonly topicId: string;
  abstract readonly location: string;

  grantSend(identity: IUserAssignedIdentity, options: GrantSendOptions = {}): ITerraformDependable {
    const { propagationSeconds = 60 } = options;
    const id = `Sender-${identity.node.path.replaceAll('/', '-')}`;
    refuse(this, integerProblems('propagationSeconds', propagationSeconds, 0, 600));
    const { topicId: scopeId } = this;
    const role = new RoleAssignment(this, id, { scopeId, roleId: DATA_SENDER_ROLE, principalId: identity.principalId });
    return new TimeSleep(role, 'Propagation', { createSeconds: propagationSeconds, dependsOn: [role.granted] });
  }
}

/**
 * A custom topic that takes CloudEvents, from Entra identities only: what MQTT messages can be routed to.
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/topics
 */
export class CustomTopic extends CustomTopicBase {
  /** A custom topic that exists already. */
  static fromTopicId(scope: Construct, id: string, attributes: CustomTopicAttributes): ICustomTopic {
    return new ExistingCustomTopic(scope, id, attributes);
  }

  readonly topicId: string;
  readonly location: string;

  constructor(scope: Construct, id: string, props: CustomTopicProps) {
    super(scope, id);
    refuse(this, resourceNameProblems('topicName', props.topicName));
    this.location = props.location ?? props.resourceGroup.location;
    const resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/topics@${EVENT_GRID_API_VERSION}`,
      name: props.topicName ?? defaultResourceName(this),
      parentId: props.resourceGroup.resourceGroupId,
      location: this.location,
      body: { properties: { inputSchema: 'CloudEventSchemaV1_0', disableLocalAuth: true } },
      tags: props.tags,
      responseExportValues: ['properties.endpoint'],
    });
    this.topicId = resource.resourceId;
  }
}

class ExistingCustomTopic extends CustomTopicBase {
  readonly topicId: string;
  readonly location: string;

  constructor(scope: Construct, id: string, attributes: CustomTopicAttributes) {
    super(scope, id);
    refuse(this, armIdProblems('topicId', attributes.topicId));
    this.topicId = attributes.topicId;
    this.location = attributes.location;
  }
}

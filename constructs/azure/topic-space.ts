import { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import type { BoundTopicSpace } from '../../semantics/event-grid/permission-bindings';
import { parseTopicTemplate, topicTemplateProblem } from '../../semantics/event-grid/topic-template';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { IClientGroup } from './client-group';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { Permission, PermissionBinding } from './permission-binding';
import { defaultResourceName, refuse, resourceNameProblems } from './property-checks';
import { RoleAssignment } from './role-assignment';
import { isUnresolved, terraformText } from './terraform-text';
import type { ITopicSpace } from './topic-space-interface';
import type { IUserAssignedIdentity } from './user-assigned-identity';

/** Built-in role EventGrid TopicSpaces Publisher. */
const TOPIC_SPACES_PUBLISHER_ROLE = 'a12b0b94-b317-4dcd-84a8-502ce99884c6';
/** Built-in role EventGrid TopicSpaces Subscriber. */
const TOPIC_SPACES_SUBSCRIBER_ROLE = '4b0f2fd7-60b4-4eca-896f-4435034f8bf5';

/** Properties of {@link TopicSpace}. */
export interface TopicSpaceProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly topicSpaceName?: string;
  /**
   * 1 to 10 topic filters of at most 15 levels and 256 bytes, which may hold `${client.authenticationName}` and
   * `${client.attributes.KEY}`; written as Event Grid spells them, escaped for Terraform by the construct.
   */
  readonly topicTemplates: readonly string[];
  /** What the topic space is for; shown in the portal. @default - none */
  readonly description?: string;
}

/** Options of a grant on a topic space. */
export interface TopicSpaceGrantOptions {
  /** Name of the permission binding: 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly bindingName?: string;
}

/**
 * A set of topics on which permissions are bound. At most 10 in a namespace.
 *
 * @example
 * const own = new TopicSpace(this, 'lwtPub', {
 *   namespace,
 *   topicTemplates: ['clients/${client.authenticationName}/status'],
 * });
 * own.grantPublish(sensors);
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces
 */
export class TopicSpace extends Construct implements ITopicSpace {
  /** A topic space that is declared elsewhere. What it allows cannot be proved here. */
  static fromTopicSpaceName(namespace: IEventGridNamespace, topicSpaceName: string): ITopicSpace {
    refuse(namespace, resourceNameProblems('topicSpaceName', topicSpaceName));
    return { namespace, topicSpaceName, declared: { name: topicSpaceName, templates: undefined } };
  }

  readonly namespace: IEventGridNamespace;
  readonly topicSpaceName: string;
  /** ARM id, as a reference. */
  readonly topicSpaceId: string;
  readonly declared: BoundTopicSpace;

  constructor(scope: Construct, id: string, props: TopicSpaceProps) {
    super(scope, id);
    refuse(this, topicSpaceProblems(props));
    const name = props.topicSpaceName ?? defaultResourceName(this);
    const resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/topicSpaces@${EVENT_GRID_API_VERSION}`,
      name,
      parentId: props.namespace.namespaceId,
      body: {
        properties: {
          topicTemplates: props.topicTemplates.map((text, index) => terraformText(`topicTemplates[${index}]`, text)),
          description: props.description,
        },
      },
      locks: [props.namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
    this.namespace = props.namespace;
    this.topicSpaceName = resource.resourceName;
    this.topicSpaceId = resource.resourceId;
    const templates = props.topicTemplates.map((text) => (isUnresolved(text) ? undefined : parseTopicTemplate(text)));
    this.declared = { name, templates };
    props.namespace.contents.topicSpaces.push(this.declared);
  }

  /** Lets a group publish on these topics. Granting twice is granting once. */
  grantPublish(clientGroup: IClientGroup, options: TopicSpaceGrantOptions = {}): PermissionBinding {
    return this.#grant(clientGroup, Permission.PUBLISHER, options);
  }

  /** Lets a group subscribe to filters that fit inside one of these templates. Granting twice is granting once. */
  grantSubscribe(clientGroup: IClientGroup, options: TopicSpaceGrantOptions = {}): PermissionBinding {
    return this.#grant(clientGroup, Permission.SUBSCRIBER, options);
  }

  /**
   * Lets an identity of Entra publish on these topics, connecting with its token (MQTT 5, `OAUTH2-JWT`): the role
   * EventGrid TopicSpaces Publisher on this topic space.
   * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-microsoft-entra-token-and-rbac
   */
  grantPublishTo(identity: IUserAssignedIdentity): RoleAssignment {
    return this.#assign(identity, 'Publisher', TOPIC_SPACES_PUBLISHER_ROLE);
  }

  /** As {@link grantPublishTo}, to subscribe: the role EventGrid TopicSpaces Subscriber. */
  grantSubscribeTo(identity: IUserAssignedIdentity): RoleAssignment {
    return this.#assign(identity, 'Subscriber', TOPIC_SPACES_SUBSCRIBER_ROLE);
  }

  #assign(identity: IUserAssignedIdentity, role: string, roleId: string): RoleAssignment {
    const id = `${role}-${identity.node.path.replaceAll('/', '-')}`;
    const existing = this.node.tryFindChild(id);
    if (existing instanceof RoleAssignment) return existing;
    return new RoleAssignment(this, id, { scopeId: this.topicSpaceId, roleId, principalId: identity.principalId });
  }

  #grant(clientGroup: IClientGroup, permission: Permission, options: TopicSpaceGrantOptions): PermissionBinding {
    const id = `${clientGroup.declared.name}-${permission}`;
    const existing = this.node.tryFindChild(id);
    if (existing instanceof PermissionBinding) return existing;
    return new PermissionBinding(this, id, { clientGroup, topicSpace: this, permission, ...options });
  }
}

function topicSpaceProblems(props: TopicSpaceProps): string[] {
  const { topicTemplates } = props;
  const limit = EVENT_GRID_LIMITS.maximumTemplatesPerTopicSpace;
  const count = topicTemplates.length;
  return [
    ...resourceNameProblems('topicSpaceName', props.topicSpaceName),
    ...(count >= 1 && count <= limit ? [] : [mustBe('topicTemplates', `1 to ${limit} templates`, count)]),
    ...topicTemplates.flatMap((text, index) => {
      const problem = isUnresolved(text) ? undefined : topicTemplateProblem(text);
      return problem === undefined ? [] : [mustBe(`topicTemplates[${index}]`, problem, text)];
    }),
  ];
}

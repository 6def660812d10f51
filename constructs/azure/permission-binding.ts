import { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { IClientGroup } from './client-group';
import { type ClientWill, WILL_COMMENT, willComment } from './client-will';
import { defaultResourceName, memberProblems, refuse, resourceNameProblems } from './property-checks';
import type { ITopicSpace } from './topic-space-interface';

/** What a group may do on a topic space. */
export enum Permission {
  PUBLISHER = 'Publisher',
  SUBSCRIBER = 'Subscriber',
}

/** Properties of {@link PermissionBinding}. */
export interface PermissionBindingProps {
  /** Who may. */
  readonly clientGroup: IClientGroup;
  /** On which topics. */
  readonly topicSpace: ITopicSpace;
  /** One permission; a group that publishes and subscribes needs two bindings. */
  readonly permission: Permission;
  /** 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly bindingName?: string;
  /** What the binding is for; shown in the portal. @default - none */
  readonly description?: string;
}

/**
 * Lets a client group publish or subscribe on a topic space. At most 100 in a namespace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
 */
export class PermissionBinding extends Construct {
  /** Name, as a reference. */
  readonly bindingName: string;
  readonly #resource: AzapiResource;

  constructor(scope: Construct, id: string, props: PermissionBindingProps) {
    super(scope, id);
    const { clientGroup, topicSpace, permission } = props;
    const { namespace } = topicSpace;
    refuse(this, [
      ...resourceNameProblems('bindingName', props.bindingName),
      ...memberProblems('permission', permission, Object.values(Permission)),
      ...(clientGroup.namespace === namespace
        ? []
        : [mustBe('clientGroup', 'of the same namespace as topicSpace', clientGroup.declared.name)]),
    ]);
    const name = props.bindingName ?? defaultResourceName(this);
    this.#resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/permissionBindings@${EVENT_GRID_API_VERSION}`,
      name,
      parentId: namespace.namespaceId,
      body: {
        properties: {
          clientGroupName: clientGroup.groupName,
          topicSpaceName: topicSpace.topicSpaceName,
          permission,
          description: props.description,
        },
      },
      locks: [namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
    this.bindingName = this.#resource.resourceName;
    const { declared: group } = clientGroup;
    namespace.contents.bindings.push({ name, group, topicSpace: topicSpace.declared, permission });
  }

  /** Declares a will that the clients of the group leave, for `lastwill check`; nothing of it is deployed. */
  declareWill(will: ClientWill): void {
    this.#resource.addComment(WILL_COMMENT, willComment(will));
  }
}

import { Construct } from 'constructs';
import type { BoundGroup } from '../../semantics/event-grid/permission-bindings';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { ClientGroupQuery } from './client-group-query';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { defaultResourceName, refuse, resourceNameProblems } from './property-checks';
import { terraformText } from './terraform-text';

/** A group of clients, to which permissions are bound. */
export interface IClientGroup {
  readonly namespace: IEventGridNamespace;
  /** Name, as a reference where the group is part of the app. */
  readonly groupName: string;
  /** What of the group is known before deployment. */
  readonly declared: BoundGroup;
}

/** Properties of {@link ClientGroup}. */
export interface ClientGroupProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly groupName?: string;
  /** Which clients belong to the group. */
  readonly query: ClientGroupQuery;
  /** What the group is for; shown in the portal. @default - none */
  readonly description?: string;
}

/**
 * The clients for which a query on their attributes holds. At most 10 in a namespace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
 */
export class ClientGroup extends Construct implements IClientGroup {
  /** The group `$all`, which every namespace has: every client. */
  static everyClient(namespace: IEventGridNamespace): IClientGroup {
    return { namespace, groupName: '$all', declared: { name: '$all', query: 'everyClient' } };
  }

  /** A group that is declared elsewhere. What it allows cannot be proved here. */
  static fromClientGroupName(namespace: IEventGridNamespace, groupName: string): IClientGroup {
    if (groupName === '$all') return ClientGroup.everyClient(namespace);
    refuse(namespace, resourceNameProblems('groupName', groupName));
    return { namespace, groupName, declared: { name: groupName, query: undefined } };
  }

  readonly namespace: IEventGridNamespace;
  readonly groupName: string;
  readonly declared: BoundGroup;

  constructor(scope: Construct, id: string, props: ClientGroupProps) {
    super(scope, id);
    refuse(this, resourceNameProblems('groupName', props.groupName));
    const name = props.groupName ?? defaultResourceName(this);
    const resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/clientGroups@${EVENT_GRID_API_VERSION}`,
      name,
      parentId: props.namespace.namespaceId,
      body: { properties: { query: terraformText('query', props.query.text), description: props.description } },
      locks: [props.namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
    this.namespace = props.namespace;
    this.groupName = resource.resourceName;
    this.declared = { name, query: props.query.tree };
    props.namespace.contents.groups.push(this.declared);
  }
}

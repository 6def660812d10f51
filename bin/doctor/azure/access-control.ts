import type { ClientGroup, MqttClient, TopicSpace } from '../../../cloud-clients/azure/resources';
import { LastwillError } from '../../../presence/errors';
import { parseGroupQuery } from '../../../semantics/event-grid/group-query/parser';
import {
  type AttributeValue,
  isAttributeValue,
  type MqttClientIdentity,
} from '../../../semantics/event-grid/mqtt-client-identity';
import type {
  Binding,
  BoundGroup,
  BoundPermission,
  BoundTopicSpace,
} from '../../../semantics/event-grid/permission-bindings';
import { parseTopicTemplate } from '../../../semantics/event-grid/topic-template';
import type { AzurePorts } from './ports';

/** Who belongs where and who may what in a namespace. */
export interface AccessControl {
  /** Without `$all`. */
  readonly groups: readonly BoundGroup[];
  readonly bindings: readonly SettledBinding[];
}

/** A permission binding and whether Azure has done with it, its group and its topic space. */
export interface SettledBinding extends Binding {
  readonly settled: boolean;
}

/** Every client is in it; it cannot be changed. @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups */
const EVERYONE = '$all';

/** Reads who may what. What cannot be understood here is left unknown. */
export async function accessControl(ports: AzurePorts): Promise<AccessControl> {
  // One after the other: where one is refused, no other is left behind that may be tried again for a while.
  const clientGroups = await ports.clientGroups();
  const topicSpaces = await ports.topicSpaces();
  const bindings = await ports.permissionBindings();
  const unsettledGroups = unsettledNames(clientGroups);
  const unsettledSpaces = unsettledNames(topicSpaces);
  const groups = clientGroups
    .filter(({ name }) => name !== EVERYONE)
    .map(
      ({ name, properties }): BoundGroup => ({ name, query: attempt(() => parseGroupQuery(properties.query ?? '')) }),
    );
  const spaces = topicSpaces.map(
    ({ name, properties }): BoundTopicSpace => ({
      name,
      templates: (properties.topicTemplates ?? []).map((text) => attempt(() => parseTopicTemplate(text))),
    }),
  );
  return {
    groups,
    bindings: bindings.flatMap(({ name, properties }) => {
      const { clientGroupName = '', topicSpaceName = '', permission } = properties;
      if (!isPermission(permission)) return [];
      const [group, topicSpace] = [groupNamed(groups, clientGroupName), spaceNamed(spaces, topicSpaceName)];
      const hasParts = !unsettledGroups.has(key(clientGroupName)) && !unsettledSpaces.has(key(topicSpaceName));
      return [{ name, permission, group, topicSpace, settled: hasParts && isSettled(properties) }];
    }),
  };
}

/** What group queries and topic templates see of a client. */
export function identityOf({ name, properties }: MqttClient): MqttClientIdentity {
  // Anything else than texts, whole numbers and lists of texts cannot be asked for in a query.
  const attributes = Object.entries(properties.attributes ?? {}).filter((entry): entry is [string, AttributeValue] =>
    isAttributeValue(entry[1]),
  );
  return { authenticationName: properties.authenticationName ?? name, attributes: Object.fromEntries(attributes) };
}

/** Whether Azure has done with a resource; one that says nothing of it has been. */
export function isSettled({ provisioningState }: { readonly provisioningState?: string }): boolean {
  return provisioningState === undefined || provisioningState === 'Succeeded';
}

function unsettledNames(resources: readonly (ClientGroup | TopicSpace)[]): ReadonlySet<string> {
  return new Set(resources.filter(({ properties }) => !isSettled(properties)).map(({ name }) => key(name)));
}

function groupNamed(groups: readonly BoundGroup[], name: string): BoundGroup {
  if (name === EVERYONE) return { name, query: 'everyClient' };
  return groups.find((group) => key(group.name) === key(name)) ?? { name, query: undefined };
}

function spaceNamed(spaces: readonly BoundTopicSpace[], name: string): BoundTopicSpace {
  return spaces.find((space) => key(space.name) === key(name)) ?? { name, templates: undefined };
}

function isPermission(text: string | undefined): text is BoundPermission {
  return text === 'Publisher' || text === 'Subscriber';
}

function key(name: string): string {
  return name.toLowerCase();
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LastwillError) return undefined;
    throw error;
  }
}

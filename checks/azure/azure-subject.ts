import type { AzureRegistry, RegisteredClient } from '../../local/azure/registry';
import type { ResolvedTemplate } from '../../local/resolved-template';
import { renderDevice } from '../../presence/lwt-options';
import { type Binding, isInGroup } from '../../semantics/event-grid/permission-bindings';
import type { TopicTemplate } from '../../semantics/event-grid/topic-template';
import type { CheckRule, Finding } from '../check-rule';
import type { AzureWill } from './azure-will';
import { isPartOf } from './namespace-part';

/** Everything that the rules for Azure look at: one Event Grid namespace. */
export interface AzureSubject {
  readonly template: ResolvedTemplate;
  readonly registry: AzureRegistry;
  readonly wills: readonly AzureWill[];
}

/** A rule for Azure. */
export type AzureRule = CheckRule<AzureSubject>;

/** Bindings that let clients publish. */
export function publisherBindings({ registry }: AzureSubject): readonly Binding[] {
  return registry.bindings.filter(({ permission }) => permission === 'Publisher');
}

/** A topic template with a binding that grants it. */
export interface GrantedTemplate {
  readonly binding: Binding;
  readonly template: TopicTemplate;
}

/** The templates of bindings, as far as they are known before deployment. */
export function templatesOf(bindings: readonly Binding[]): GrantedTemplate[] {
  return bindings.flatMap((binding) =>
    (binding.topicSpace.templates ?? []).flatMap((template) => (template === undefined ? [] : [{ binding, template }])),
  );
}

/** The clients of the configuration that are, or may be, in the group of a binding. */
export function membersOf({ registry }: AzureSubject, { group }: Binding): RegisteredClient[] {
  return [...registry.clients.values()].filter(({ identity }) => isInGroup(identity, group) !== false);
}

/** The topic of a client's will. */
export function willTopicOf({ topic }: AzureWill, { identity }: RegisteredClient): string {
  return renderDevice(topic, identity.authenticationName);
}

/** A finding at a resource, or at the template as a whole. */
export function at({ template }: AzureSubject, logicalId: string | undefined, message: string): Finding {
  return { template: template.file ?? template.name, logicalId, message };
}

/** A finding at a permission binding. */
export function atBinding(subject: AzureSubject, { name }: Binding, message: string): Finding {
  const resource = subject.template.resources.find(
    (candidate) =>
      /\/permissionBindings$/i.test(candidate.type) &&
      candidate.attributes.name === name &&
      isPartOf(candidate, subject.registry),
  );
  return at(subject, resource?.logicalId, `permission binding '${name}' ${message}`);
}

import { createHash } from 'node:crypto';
import { AnnotationMetadataEntryType, TerraformStack, Testing } from 'cdktf';
import { AzapiProvider } from '../../../constructs/azure/azapi/azapi-provider';
import { EventGridNamespace, type EventGridNamespaceProps } from '../../../constructs/azure/event-grid-namespace';
import { ResourceGroup } from '../../../constructs/azure/resource-group';

/** The attributes of one resource of a template. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What a stack synthesizes to, as a test looks at it. */
export interface Synthesized {
  readonly template: Attributes;
  /** Attributes of every azapi_resource whose type starts with the given text, in order of their names. */
  resources(type: string): Attributes[];
  /** Warnings, with their ids. */
  readonly warnings: readonly string[];
}

/** A stack with an azapi provider. */
export function newStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'stack');
  new AzapiProvider(stack, 'azapi');
  return stack;
}

/** A namespace `ns` in a resource group `rg` in westus2. */
export function newNamespace(
  stack: TerraformStack,
  props: Partial<EventGridNamespaceProps> = {},
  id = 'ns-1',
): EventGridNamespace {
  const resourceGroup = new ResourceGroup(stack, `rg-${id}`, { location: 'westus2' });
  return new EventGridNamespace(stack, id, { resourceGroup, ...props });
}

/** Synthesizes with validations. */
export function synthesized(stack: TerraformStack): Synthesized {
  const template = JSON.parse(Testing.synth(stack, true));
  const all: Attributes[] = Object.values(template.resource?.azapi_resource ?? {});
  const warnings = stack.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter((entry) => entry.type === AnnotationMetadataEntryType.WARN)
        .map((entry) => String(entry.data)),
    );
  return {
    template,
    resources: (type) =>
      all
        .filter((resource) => String(resource.type).startsWith(type))
        .sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1)),
    warnings,
  };
}

/** A thumbprint of the client's own. */
export function thumbprintOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/** 64 hexadecimal digits. */
export const THUMBPRINT = '0123456789abcdef'.repeat(4);

/** `body.properties` of a resource. */
export function propertiesOf(resource: Attributes | undefined): Attributes {
  return (resource?.body as { readonly properties?: Attributes } | undefined)?.properties ?? {};
}

import { Construct, type IConstruct } from 'constructs';
import { AzapiResource } from './azapi/azapi-resource';
import { DataAzapiClientConfig } from './azapi/data-azapi-client-config';
import { defaultResourceName, patternProblems, refuse } from './property-checks';

/** A resource group: new, or existing. */
export interface IResourceGroup extends IConstruct {
  /** ARM id, as a reference. */
  readonly resourceGroupId: string;
  /** Azure region, e.g. `westus2`; what is placed in the group defaults to it. */
  readonly location: string;
}

/** Properties of {@link ResourceGroup}. */
export interface ResourceGroupProps {
  /** 1 to 90 letters, digits and `.`, `_`, `-`, `(`, `)`, not ending in a dot. @default - made from the construct's path */
  readonly resourceGroupName?: string;
  /** Azure region, e.g. `westus2`. */
  readonly location: string;
  /** Azure tags of the resource group, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A resource group that exists already. */
export interface ResourceGroupAttributes {
  /** Its name. */
  readonly resourceGroupName: string;
  /** Its Azure region, e.g. `westus2`. */
  readonly location: string;
}

/**
 * A new resource group.
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.resources/resourcegroups
 */
export class ResourceGroup extends Construct implements IResourceGroup {
  /** A resource group of the subscription that is deployed to. */
  static fromResourceGroupName(scope: Construct, id: string, attributes: ResourceGroupAttributes): IResourceGroup {
    return new ExistingResourceGroup(scope, id, attributes);
  }

  readonly resourceGroupId: string;
  readonly location: string;

  constructor(scope: Construct, id: string, props: ResourceGroupProps) {
    super(scope, id);
    refuse(this, resourceGroupNameProblems(props.resourceGroupName));
    const resource = new AzapiResource(this, 'Default', {
      type: 'Microsoft.Resources/resourceGroups@2021-04-01',
      name: props.resourceGroupName ?? defaultResourceName(this),
      parentId: DataAzapiClientConfig.of(this).subscriptionResourceId,
      location: props.location,
      body: {},
      tags: props.tags,
    });
    this.resourceGroupId = resource.resourceId;
    this.location = props.location;
  }
}

class ExistingResourceGroup extends Construct implements IResourceGroup {
  readonly resourceGroupId: string;
  readonly location: string;

  constructor(scope: Construct, id: string, attributes: ResourceGroupAttributes) {
    super(scope, id);
    refuse(this, resourceGroupNameProblems(attributes.resourceGroupName));
    const subscription = DataAzapiClientConfig.of(this).subscriptionResourceId;
    this.resourceGroupId = `${subscription}/resourceGroups/${attributes.resourceGroupName}`;
    this.location = attributes.location;
  }
}

function resourceGroupNameProblems(name: string | undefined): string[] {
  const rule = '1 to 90 letters, digits and . _ - ( ), not ending in a dot';
  return patternProblems('resourceGroupName', name, /^[\w.()-]{0,89}[\w()-]$/, rule);
}

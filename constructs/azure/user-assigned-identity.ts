import { Construct, type IConstruct } from 'constructs';
import { AzapiResource } from './azapi/azapi-resource';
import { armIdProblems, defaultResourceName, patternProblems, refuse } from './property-checks';
import type { IResourceGroup } from './resource-group';

/** A user-assigned managed identity. */
export interface IUserAssignedIdentity extends IConstruct {
  /** ARM id, as a reference. */
  readonly identityId: string;
  /** Object id of its service principal, to which roles are granted. */
  readonly principalId: string;
}

/** Properties of {@link UserAssignedIdentity}. */
export interface UserAssignedIdentityProps {
  /** Where it is created. */
  readonly resourceGroup: IResourceGroup;
  /** 3 to 128 letters, digits, hyphens and underscores. @default - made from the construct's path */
  readonly identityName?: string;
  /** Azure region. @default - the resource group's location */
  readonly location?: string;
  /** Azure tags of the identity, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A user-assigned managed identity that exists already. */
export interface UserAssignedIdentityAttributes {
  /** ARM id. */
  readonly identityId: string;
  /** Object id of its service principal. */
  readonly principalId: string;
}

/**
 * A new user-assigned managed identity.
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.managedidentity/userassignedidentities
 */
export class UserAssignedIdentity extends Construct implements IUserAssignedIdentity {
  /** An identity that exists already. */
  static fromIdentityId(
    scope: Construct,
    id: string,
    attributes: UserAssignedIdentityAttributes,
  ): IUserAssignedIdentity {
    return new ExistingIdentity(scope, id, attributes);
  }

  readonly identityId: string;
  readonly principalId: string;

  constructor(scope: Construct, id: string, props: UserAssignedIdentityProps) {
    super(scope, id);
    const rule = '3 to 128 letters, digits, hyphens and underscores';
    refuse(this, patternProblems('identityName', props.identityName, /^[a-zA-Z0-9][\w-]{2,127}$/, rule));
    const resource = new AzapiResource(this, 'Default', {
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31',
      name: props.identityName ?? defaultResourceName(this),
      parentId: props.resourceGroup.resourceGroupId,
      location: props.location ?? props.resourceGroup.location,
      body: {},
      tags: props.tags,
      responseExportValues: ['properties.principalId'],
    });
    this.identityId = resource.resourceId;
    this.principalId = resource.outputOf('properties.principalId');
  }
}

class ExistingIdentity extends Construct implements IUserAssignedIdentity {
  readonly identityId: string;
  readonly principalId: string;

  constructor(scope: Construct, id: string, attributes: UserAssignedIdentityAttributes) {
    super(scope, id);
    refuse(this, armIdProblems('identityId', attributes.identityId));
    this.identityId = attributes.identityId;
    this.principalId = attributes.principalId;
  }
}

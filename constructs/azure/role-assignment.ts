import { Fn, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiResource } from './azapi/azapi-resource';
import { DataAzapiClientConfig } from './azapi/data-azapi-client-config';
import { memberProblems, patternProblems, refuse } from './property-checks';

/** What holds a role. */
export enum PrincipalType {
  /** Managed identities and applications. */
  SERVICE_PRINCIPAL = 'ServicePrincipal',
  USER = 'User',
  GROUP = 'Group',
}

/** Properties of {@link RoleAssignment}. */
export interface RoleAssignmentProps {
  /** ARM id of what the role is held on, and of everything below. */
  readonly scopeId: string;
  /** Id of the built-in role, as a GUID. */
  readonly roleId: string;
  /** Object id of who holds it, e.g. `principalId` of an identity. */
  readonly principalId: string;
  /** What holds it. @default PrincipalType.SERVICE_PRINCIPAL */
  readonly principalType?: PrincipalType;
}

/**
 * Lets an identity of Entra do what a built-in role allows.
 * @see https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles
 */
export class RoleAssignment extends Construct {
  /** What must come after the role, by `dependsOn`; roles take a minute to be known everywhere. */
  readonly granted: ITerraformDependable;

  constructor(scope: Construct, id: string, props: RoleAssignmentProps) {
    super(scope, id);
    const { scopeId, roleId, principalId, principalType = PrincipalType.SERVICE_PRINCIPAL } = props;
    refuse(this, [
      ...patternProblems('roleId', roleId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the GUID of a role'),
      ...memberProblems('principalType', principalType, Object.values(PrincipalType)),
    ]);
    const subscription = DataAzapiClientConfig.of(this).subscriptionResourceId;
    const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
    this.granted = new AzapiResource(this, 'Default', {
      type: 'Microsoft.Authorization/roleAssignments@2022-04-01',
      // Unique in the tenant and the same on every run: a random one would replace the assignment each time.
      name: Fn.uuidv5('url', `${scopeId}/${principalId}/${roleId}`),
      parentId: scopeId,
      body: { properties: { roleDefinitionId, principalId, principalType } },
      // A principal that was created a moment ago may not be known to the role service yet.
      retry: { errorMessageRegex: ['PrincipalNotFound'] },
    });
  }
}

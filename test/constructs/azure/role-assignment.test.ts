import { PrincipalType, RoleAssignment, TopicSpace, UserAssignedIdentity } from '../../../constructs/azure';
import { newNamespace, newStack, synthesized } from './synthesized';

const ROLES = 'Microsoft.Authorization/roleAssignments@';
const SUBSCRIPTION = '${data.azapi_client_config.azapi-client-config.subscription_resource_id}';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-microsoft-entra-token-and-rbac
test.each([
  ['grantPublishTo', 'a12b0b94-b317-4dcd-84a8-502ce99884c6'],
  ['grantSubscribeTo', '4b0f2fd7-60b4-4eca-896f-4435034f8bf5'],
] as const)('%s gives an identity the role on the topic space, once', (grant, role) => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const space = new TopicSpace(stack, 'space', { namespace, topicTemplates: ['a/+'] });
  const identity = new UserAssignedIdentity(stack, 'backend', { resourceGroup: namespace.resourceGroup });
  space[grant](identity);
  space[grant](identity);

  expect(synthesized(stack).resources(ROLES)).toEqual([
    expect.objectContaining({
      parent_id: '${azapi_resource.space.id}',
      body: {
        properties: {
          principalId: '${azapi_resource.backend.output.properties.principalId}',
          principalType: 'ServicePrincipal',
          roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      },
    }),
  ]);
});

test('a group can hold a role, under a name that is the same in every run', () => {
  const stack = newStack();
  const { namespaceId: scopeId } = newNamespace(stack, {}, 'ns1');
  const roleId = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
  new RoleAssignment(stack, 'readers', { scopeId, roleId, principalId: '1a2b', principalType: PrincipalType.GROUP });

  expect(synthesized(stack).resources(ROLES)).toMatchObject([
    {
      name: `\${uuidv5("url", "\${azapi_resource.ns1.id}/1a2b/${roleId}")}`,
      body: { properties: { principalId: '1a2b', principalType: 'Group' } },
    },
  ]);
});

test('fails for a role that is not named by its GUID', () => {
  const stack = newStack();
  const { namespaceId: scopeId } = newNamespace(stack);

  expect(() => new RoleAssignment(stack, 'readers', { scopeId, roleId: 'Reader', principalId: '1' })).toThrow(
    "[stack/readers] roleId must be the GUID of a role, got 'Reader'",
  );
});

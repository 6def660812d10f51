import { RoleAccess } from '../../../local/actions/role-access';
import { TemplateResources } from '../../../local/actions/template-resources';
import type { ResolvedTemplate } from '../../../local/resolved-template';

const ARN = 'arn:aws:iam::123456789012:role/r';
const allow = (action: string) => ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

function simulate(action: string, options: { readonly boundary?: object; readonly resourcePolicy?: object } = {}) {
  const boundaryArn = 'arn:aws:iam::123456789012:policy/b';
  const { boundary, resourcePolicy } = options;
  const resources = [
    {
      logicalId: 'Role',
      type: 'AWS::IAM::Role',
      ref: 'r',
      attributes: { Arn: ARN },
      properties: {
        Policies: [{ PolicyDocument: allow('sns:*') }],
        ...(boundary === undefined ? {} : { PermissionsBoundary: boundaryArn }),
      },
    },
    {
      logicalId: 'Boundary',
      type: 'AWS::IAM::ManagedPolicy',
      ref: boundaryArn,
      attributes: {},
      properties: { PolicyDocument: boundary },
    },
  ];
  const template = { resources } as unknown as ResolvedTemplate;
  const roles = new RoleAccess(new TemplateResources([template]), () => undefined);
  return roles.simulate({
    roleArn: ARN,
    action,
    resource: 'arn:aws:sns:us-east-1:123456789012:t',
    context: new Map(),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  });
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
test('a permissions boundary limits what the role is allowed', () => {
  expect(simulate('sns:Publish')?.decision).toBe('allowed');
  expect(simulate('sns:Publish', { boundary: allow('sns:Publish') })?.decision).toBe('allowed');
  expect(simulate('sns:Subscribe', { boundary: allow('sns:Publish') })?.decision).toBe('notAllowed');
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
test("a deny in the resource's policy wins over the role's allow", () => {
  const resourcePolicy = { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: '*' }] };

  expect(simulate('sns:Publish', { resourcePolicy })?.decision).toBe('denied');
});

import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a rule of cdk-nag's AwsSolutions pack does not hold for what a construct makes, so that whoever checks a
 * stack reads the reason and need not find it.
 * @see https://github.com/cdklabs/cdk-nag
 */
export function acknowledge(scope: IConstruct, ruleId: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${ruleId}`, reason });
}

/** Says why a role is allowed something on a resource with a wildcard. */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  acknowledge(role, `IAM5[Resource::${spelt(Stack.of(role).resolve(resource))}]`, reason);
}

/** A value that is known only at deployment, as cdk-nag spells it: `<AWS::Region>`. */
function spelt(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name !== 'Fn::Join' || !Array.isArray(argument)) return JSON.stringify(value);
  const [separator, parts] = argument as [string, unknown[]];
  return parts.map(spelt).join(separator);
}

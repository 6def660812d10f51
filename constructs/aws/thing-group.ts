import { createHash } from 'node:crypto';
import { ArnFormat, CfnResource, type IResource, Names, Resource, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  type AwsSdkCall,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import type { Construct, IConstruct } from 'constructs';
import { mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { acknowledge } from './acknowledgement';
import type { IDevicePolicy } from './device-policy';
import { nameProblem, problemsIn } from './prop-check';
import type { IThing } from './thing';

/** A static group of things. */
export interface IThingGroup extends IResource {
  /** Name of the group. */
  readonly thingGroupName: string;
  /** `arn:<partition>:iot:<region>:<account>:thinggroup/<name>` */
  readonly thingGroupArn: string;

  /**
   * Puts a thing into the group. CloudFormation cannot, so a function of CDK's does it at deployment; it may do that
   * for this group and this thing only. A thing is in at most 10 groups. Adding it again changes nothing.
   */
  addThing(thing: IThing): void;

  /**
   * Attaches a policy to the group: it then holds for every thing in it and below it. CloudFormation cannot, so a
   * function of CDK's does it at deployment. A group takes at most 2 policies. Adding it again changes nothing.
   */
  addPolicy(policy: IDevicePolicy): void;
}

/** Properties of {@link ThingGroup}. */
export interface ThingGroupProps {
  /** Name of the group: 1 to 128 letters, digits, `:`, `_` or `-`. Changing it replaces the group. */
  readonly thingGroupName: string;
  /** What the things in the group have in common. @default - no description */
  readonly description?: string;
  /** The group that this one is in; groups go at most 7 deep. Changing it replaces the group. @default - none */
  readonly parent?: IThingGroup;
  /** Attributes of the group. @default - none */
  readonly attributes?: Readonly<Record<string, string>>;
}

abstract class ThingGroupBase extends Resource implements IThingGroup {
  abstract readonly thingGroupName: string;
  abstract readonly thingGroupArn: string;

  addThing(thing: IThing): void {
    const parameters = { thingGroupName: this.thingGroupName, thingName: thing.thingName };
    const names = [
      knownName(this, 'thingGroupName', this.thingGroupName),
      knownName(thing, 'thingName', thing.thingName),
    ];
    this.#callAtDeployment(idOf('Thing', thing, names), {
      create: 'AddThingToThingGroup',
      delete: 'RemoveThingFromThingGroup',
      parameters,
      permissions: [
        new PolicyStatement({
          actions: ['iot:AddThingToThingGroup', 'iot:RemoveThingFromThingGroup'],
          resources: [this.thingGroupArn, thing.thingArn],
        }),
      ],
    });
  }

  addPolicy(policy: IDevicePolicy): void {
    const names = [
      knownName(this, 'thingGroupName', this.thingGroupName),
      knownName(policy, 'policyName', policy.policyName),
    ];
    this.#callAtDeployment(idOf('Policy', policy, names), {
      create: 'AttachPolicy',
      delete: 'DetachPolicy',
      parameters: { policyName: policy.policyName, target: this.thingGroupArn },
      permissions: [
        new PolicyStatement({
          actions: ['iot:AttachPolicy', 'iot:DetachPolicy'],
          resources: [this.thingGroupArn, policy.policyArn],
        }),
      ],
    });
  }

  // Both calls say how things shall be, not what to change: repeating them does no harm. What is gone already when it
  // is to be taken away was taken away.
  #callAtDeployment(id: string, calls: DeploymentCalls): void {
    if (this.node.tryFindChild(id) !== undefined) return;
    const call = (action: string): AwsSdkCall => ({
      service: 'iot',
      action,
      parameters: calls.parameters,
      physicalResourceId: PhysicalResourceId.of(Object.values(calls.parameters).join('/')),
    });
    const resource = new AwsCustomResource(this, id, {
      resourceType: `Custom::${calls.create}`,
      onUpdate: call(calls.create),
      onDelete: { ...call(calls.delete), ignoreErrorCodesMatching: 'ResourceNotFoundException' },
      policy: AwsCustomResourcePolicy.fromStatements([...calls.permissions]),
      installLatestAwsSdk: false,
    });
    this.#acknowledgeProvider(resource);
  }

  #acknowledgeProvider(resource: AwsCustomResource): void {
    const id = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;
    const provider = Stack.of(resource).node.tryFindChild(id);
    if (provider === undefined) return;
    const rule = 'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]';
    acknowledge(provider, rule, 'the function is of the AWS CDK, which gives it this policy to write its log');
  }
}

/** A name as far as it is known at synth: what CloudFormation is given, for a reference tells nothing. */
function knownName(owner: IConstruct, prop: 'thingName' | 'thingGroupName' | 'policyName', name: string): string {
  const { defaultChild } = owner.node;
  const given: unknown = CfnResource.isCfnResource(defaultChild)
    ? (defaultChild as Partial<Readonly<Record<typeof prop, unknown>>>)[prop]
    : name;
  return typeof given === 'string' && !Token.isUnresolved(given) ? given : '';
}

/**
 * Id of what ties two together. It follows their names: after a change of name the old tie is taken away by a resource
 * of its own, which may still do that for the old names.
 */
function idOf(kind: string, member: IConstruct, names: readonly string[]): string {
  const digest = createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 8);
  return `${kind}${Names.nodeUniqueId(member.node)}${names.join('') === '' ? '' : digest}`;
}

interface DeploymentCalls {
  readonly create: string;
  readonly delete: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly permissions: readonly PolicyStatement[];
}

/**
 * A static group of things.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html
 */
export class ThingGroup extends ThingGroupBase {
  /** Imports a group of this account and region by its name. */
  static fromThingGroupName(scope: Construct, id: string, thingGroupName: string): IThingGroup {
    throwIfAny('OPTION_INVALID', problemsIn([groupNameProblem(thingGroupName)]));
    const arn = Stack.of(scope).formatArn({ service: 'iot', resource: 'thinggroup', resourceName: thingGroupName });
    return new ImportedThingGroup(scope, id, thingGroupName, arn);
  }

  /** Imports a group by its ARN. */
  static fromThingGroupArn(scope: Construct, id: string, thingGroupArn: string): IThingGroup {
    const name = Stack.of(scope).splitArn(thingGroupArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny(
      'OPTION_INVALID',
      name === undefined ? [mustBe('thingGroupArn', 'the ARN of a thing group', thingGroupArn)] : [],
    );
    return new ImportedThingGroup(scope, id, name as string, thingGroupArn);
  }

  readonly thingGroupName: string;
  readonly thingGroupArn: string;

  /** @throws LastwillError OPTION_INVALID when the name is not a group's. */
  constructor(scope: Construct, id: string, props: ThingGroupProps) {
    super(scope, id, { physicalName: props.thingGroupName });
    throwIfAny('OPTION_INVALID', problemsIn([groupNameProblem(props.thingGroupName)]));
    const group = new CfnThingGroup(this, 'Resource', {
      thingGroupName: this.physicalName,
      parentGroupName: props.parent?.thingGroupName,
      thingGroupProperties: {
        thingGroupDescription: props.description,
        attributePayload: props.attributes === undefined ? undefined : { attributes: { ...props.attributes } },
      },
    });
    this.thingGroupName = this.getResourceNameAttribute(group.ref);
    this.thingGroupArn = this.getResourceArnAttribute(group.attrArn, {
      service: 'iot',
      resource: 'thinggroup',
      resourceName: this.physicalName,
    });
  }
}

class ImportedThingGroup extends ThingGroupBase {
  constructor(
    scope: Construct,
    id: string,
    readonly thingGroupName: string,
    readonly thingGroupArn: string,
  ) {
    super(scope, id);
  }
}

function groupNameProblem(name: string): string | undefined {
  return nameProblem('thingGroupName', name, AWS_LIMITS.thingName, "1 to 128 letters, digits, ':', '_' or '-'");
}

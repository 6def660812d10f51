import { ArnFormat, type IResource, Names, PhysicalName, Resource, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnProvisioningTemplate } from 'aws-cdk-lib/aws-iot';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { mustBe, throwIfAny } from '../../presence/errors';
import { acknowledge } from './acknowledgement';
import { DevicePolicy, type IDevicePolicy } from './device-policy';
import { nameProblem, problemsIn } from './prop-check';
import { CertificateField, ProvisioningValue } from './provisioning-value';
import type { IThingGroup } from './thing-group';
import type { IThingType } from './thing-type';

/** A template by which devices register themselves. */
export interface IProvisioningTemplate extends IResource {
  /** Name of the template. */
  readonly templateName: string;
  /** `arn:<partition>:iot:<region>:<account>:provisioningtemplate/<name>` */
  readonly templateArn: string;

  /**
   * Makes the policy of the certificate with which a device comes to be registered: it may ask for a certificate of
   * its own and for this template, and nothing else.
   */
  createClaimPolicy(scope: Construct, id: string, options?: ClaimPolicyOptions): DevicePolicy;
}

/** How a device comes by the key of its certificate. */
export interface ClaimPolicyOptions {
  /** Whether AWS makes the key and sends it to the device. @default false: the device makes it and sends a request */
  readonly keysFromCloud?: boolean;
  /**
   * Client ids under which a device may come to be registered; `*` and `?` are wildcards. A claim certificate is on
   * many devices: one that might use any client id could throw a registered device out, whose will would then be sent.
   * @default claim-*
   */
  readonly clientId?: string;
}

/** When a template is used. */
export enum ProvisioningTemplateType {
  /** A device connects with a claim certificate and asks for the template. */
  FLEET_PROVISIONING = 'FLEET_PROVISIONING',
  /** A device connects with a certificate under a registered authority that names the template. */
  JITP = 'JITP',
}

/** What is registered for a device. */
export interface ProvisionedThing {
  /** Name of the thing, which the device uses as its client id. */
  readonly name: ProvisioningValue;
  /** Type of the thing. @default - no type */
  readonly thingType?: IThingType;
  /** Static groups that the thing is put into, at most 10. @default - no groups */
  readonly thingGroups?: readonly IThingGroup[];
  /** Attributes of the thing. @default - no attributes */
  readonly attributes?: Readonly<Record<string, ProvisioningValue>>;
}

/** Properties of {@link ProvisioningTemplate}. */
export interface ProvisioningTemplateProps {
  /** Name of the template: 1 to 36 letters, digits, `_` or `-`. Changing it replaces the template. */
  readonly templateName: string;
  /** The thing that is registered for a device. */
  readonly thing: ProvisionedThing;
  /** The policy that the device's certificate gets; use a policy with thing variables, one for the fleet. */
  readonly policy: IDevicePolicy;
  /** How devices are registered. @default ProvisioningTemplateType.FLEET_PROVISIONING */
  readonly type?: ProvisioningTemplateType;
  /** What the template is for. @default - no description */
  readonly description?: string;
  /** Whether devices can use it. @default true */
  readonly enabled?: boolean;
  /** Function that is asked before a device is registered; it has five seconds to answer. @default - every device is */
  readonly preProvisioningHook?: IFunction;
  /** Role in which AWS registers devices. @default - a role with the managed policy AWSIoTThingsRegistration */
  readonly role?: IRole;
}

abstract class ProvisioningTemplateBase extends Resource implements IProvisioningTemplate {
  abstract readonly templateName: string;
  abstract readonly templateArn: string;

  createClaimPolicy(scope: Construct, id: string, options: ClaimPolicyOptions = {}): DevicePolicy {
    const create = options.keysFromCloud === true ? 'create' : 'create-from-csr';
    const topics = [`$aws/certificates/${create}/*`, `$aws/provisioning-templates/${this.templateName}/provision/*`];
    const arns = (resource: string): string[] =>
      topics.map((resourceName) => Stack.of(this).formatArn({ service: 'iot', resource, resourceName }));
    return new DevicePolicy(scope, id)
      .allowConnect({ clientId: options.clientId ?? 'claim-*' })
      .addStatement({ actions: ['iot:Publish', 'iot:Receive'], resources: arns('topic') })
      .addStatement({ actions: ['iot:Subscribe'], resources: arns('topicfilter') });
  }
}

/**
 * A template by which devices register themselves: for each a thing, its certificate and the fleet's policy. This is
 * the way for fleets of more devices than a stack holds.
 *
 * @example
 * new ProvisioningTemplate(stack, 'Fleet', {
 *   templateName: 'pumps',
 *   thing: { name: ProvisioningValue.parameter('SerialNumber') },
 *   policy: monitor.policy,
 * });
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html
 */
export class ProvisioningTemplate extends ProvisioningTemplateBase {
  /** Imports a template of this account and region by its name. */
  static fromTemplateName(scope: Construct, id: string, templateName: string): IProvisioningTemplate {
    throwIfAny('OPTION_INVALID', problemsIn([templateNameProblem(templateName)]));
    return new ImportedProvisioningTemplate(scope, id, templateName, templateArn(Stack.of(scope), templateName));
  }

  /** Imports a template by its ARN. */
  static fromTemplateArn(scope: Construct, id: string, arn: string): IProvisioningTemplate {
    const name = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny('OPTION_INVALID', name === undefined ? [mustBe('arn', 'the ARN of a provisioning template', arn)] : []);
    return new ImportedProvisioningTemplate(scope, id, name as string, arn);
  }

  readonly templateName: string;
  readonly templateArn: string;
  /** The role in which AWS registers devices. */
  readonly role: IRole;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: ProvisioningTemplateProps) {
    super(scope, id, { physicalName: props.templateName });
    throwIfAny('OPTION_INVALID', problemsIn([templateNameProblem(props.templateName), ...thingProblems(props.thing)]));
    this.role = props.role ?? this.#createRole();
    const template = new CfnProvisioningTemplate(this, 'Resource', {
      templateName: this.physicalName,
      templateType: props.type ?? ProvisioningTemplateType.FLEET_PROVISIONING,
      description: props.description,
      enabled: props.enabled ?? true,
      provisioningRoleArn: this.role.roleArn,
      // Names that are known only at deployment stand in the text as they are: they need no escape in JSON.
      templateBody: JSON.stringify(templateBody(props)),
      preProvisioningHook: this.#hook(props),
    });
    if (props.preProvisioningHook !== undefined) template.node.addDependency(props.preProvisioningHook);
    this.templateName = this.getResourceNameAttribute(template.ref);
    this.templateArn = this.getResourceArnAttribute(template.attrTemplateArn, {
      service: 'iot',
      resource: 'provisioningtemplate',
      resourceName: this.physicalName,
    });
  }

  #createRole(): Role {
    const role = new Role(this, 'Role', {
      description: 'What AWS IoT Core may do to register devices',
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(REGISTRATION_POLICY)],
    });
    const id = `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${REGISTRATION_POLICY}]`;
    acknowledge(role, id, 'AWS IoT registers devices under this policy of its own, which grows with what it registers');
    return role;
  }

  #hook(props: ProvisioningTemplateProps): CfnProvisioningTemplate.ProvisioningHookProperty | undefined {
    if (props.preProvisioningHook === undefined) return undefined;
    const stack = Stack.of(this);
    props.preProvisioningHook.addPermission(`AskedBy${Names.nodeUniqueId(this.node)}`, {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceAccount: stack.account,
      sourceArn: templateArn(stack, props.templateName === PhysicalName.GENERATE_IF_NEEDED ? '*' : props.templateName),
    });
    return { targetArn: props.preProvisioningHook.functionArn, payloadVersion: '2020-04-01' };
  }
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html */
const REGISTRATION_POLICY = 'service-role/AWSIoTThingsRegistration';

class ImportedProvisioningTemplate extends ProvisioningTemplateBase {
  constructor(
    scope: Construct,
    id: string,
    readonly templateName: string,
    readonly templateArn: string,
  ) {
    super(scope, id);
  }
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html */
const MAXIMUM_GROUPS_OF_THING = 10;

function templateBody(props: ProvisioningTemplateProps): object {
  const certificateId = ProvisioningValue.certificate(CertificateField.ID);
  const values = [props.thing.name, certificateId, ...Object.values(props.thing.attributes ?? {})];
  const parameterNames = [...new Set(values.flatMap((value) => value.parameterNames))];
  return {
    Parameters: Object.fromEntries(parameterNames.map((name) => [name, { Type: 'String' }])),
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        OverrideSettings: { AttributePayload: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'REPLACE' },
        Properties: thingProperties(props.thing),
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: certificateId.rendered, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: props.policy.policyName } },
    },
  };
}

function thingProperties(thing: ProvisionedThing): object {
  const attributes = Object.entries(thing.attributes ?? {});
  return {
    ThingName: thing.name.rendered,
    ThingTypeName: thing.thingType?.thingTypeName,
    ThingGroups: thing.thingGroups?.map((group) => group.thingGroupName),
    AttributePayload:
      attributes.length === 0
        ? undefined
        : Object.fromEntries(attributes.map(([name, value]) => [name, value.rendered])),
  };
}

function thingProblems(thing: ProvisionedThing): (string | undefined)[] {
  const groups = thing.thingGroups?.length ?? 0;
  return [
    thing.name.parameterNames.length === 0
      ? mustBe(
          'thing.name',
          'different for every device: use a parameter or a field of the certificate',
          thing.name.rendered,
        )
      : undefined,
    groups > MAXIMUM_GROUPS_OF_THING
      ? mustBe('thing.thingGroups', `at most ${MAXIMUM_GROUPS_OF_THING}`, groups)
      : undefined,
  ];
}

function templateNameProblem(name: string): string | undefined {
  return nameProblem('templateName', name, /^[0-9A-Za-z_-]{1,36}$/, "1 to 36 letters, digits, '_' or '-'");
}

function templateArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'iot', resource: 'provisioningtemplate', resourceName: name });
}

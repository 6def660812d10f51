import { ArnFormat, type IResource, Names, Resource, Stack } from 'aws-cdk-lib';
import { CfnThing, CfnThingPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import type { ICertificate } from './certificate';
import { nameProblem, problemsIn } from './prop-check';

/** A thing of the registry: the cloud's entry for a device. */
export interface IThing extends IResource {
  /** Name of the thing; a device that uses thing policy variables connects with it as its client id. */
  readonly thingName: string;
  /** `arn:<partition>:iot:<region>:<account>:thing/<name>` */
  readonly thingArn: string;

  /**
   * Attaches a certificate, so that thing policy variables resolve for whoever connects with it under this name.
   * The attachment is created after both and deleted before both, as the registry demands. Attaching it again changes
   * nothing.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
   */
  attachCertificate(certificate: ICertificate, options?: ThingCertificateOptions): void;
}

/** How a certificate is attached to a thing. */
export interface ThingCertificateOptions {
  /**
   * Whether the certificate belongs to this thing alone. Thing policy variables then resolve whatever the client id is.
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html
   */
  readonly exclusive?: boolean;
}

/** Properties of {@link Thing}. */
export interface ThingProps {
  /**
   * Name of the thing: 1 to 128 letters, digits, `:`, `_` or `-`. Changing it replaces the thing.
   * @default - chosen by CloudFormation
   */
  readonly thingName?: string;
  /**
   * Searchable attributes, at most 3 for a thing without a type.
   * @default - no attributes
   */
  readonly attributes?: Readonly<Record<string, string>>;
}

abstract class ThingBase extends Resource implements IThing {
  abstract readonly thingName: string;
  abstract readonly thingArn: string;

  attachCertificate(certificate: ICertificate, options: ThingCertificateOptions = {}): void {
    const id = `Principal${Names.nodeUniqueId(certificate.node)}`;
    const attached = this.node.tryFindChild(id) as CfnThingPrincipalAttachment | undefined;
    if (attached !== undefined) {
      this.#refuseAnotherWay(attached, certificate, options);
      return;
    }
    new CfnThingPrincipalAttachment(this, id, {
      thingName: this.thingName,
      principal: certificate.certificateArn,
      thingPrincipalType: options.exclusive === true ? 'EXCLUSIVE_THING' : undefined,
    });
  }

  #refuseAnotherWay(
    { thingPrincipalType }: CfnThingPrincipalAttachment,
    certificate: ICertificate,
    { exclusive }: ThingCertificateOptions,
  ): void {
    const isExclusive = thingPrincipalType !== undefined;
    if (exclusive === undefined || exclusive === isExclusive) return;
    const rule = `as it was when ${certificate.node.path} was attached to ${this.node.path} before, ${isExclusive}`;
    throw new LastwillError('OPTION_INVALID', mustBe('exclusive', rule, exclusive));
  }
}

/**
 * A thing of the AWS IoT registry.
 *
 * @example
 * const thing = new Thing(stack, 'Pump', { thingName: 'pump7' });
 * thing.attachCertificate(certificate);
 */
export class Thing extends ThingBase {
  /** Imports a thing of this account and region by its name. */
  static fromThingName(scope: Construct, id: string, thingName: string): IThing {
    throwIfAny('OPTION_INVALID', problemsIn([thingNameProblem('thingName', thingName)]));
    return new ImportedThing(scope, id, thingName, thingArn(Stack.of(scope), thingName));
  }

  /** Imports a thing by its ARN, also one of another account or region. */
  static fromThingArn(scope: Construct, id: string, arn: string): IThing {
    const name = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny('OPTION_INVALID', name === undefined ? [mustBe('arn', 'the ARN of a thing', arn)] : []);
    return new ImportedThing(scope, id, name as string, arn);
  }

  readonly thingName: string;
  readonly thingArn: string;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: ThingProps = {}) {
    super(scope, id, { physicalName: props.thingName });
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([thingNameProblem('thingName', props.thingName), ...attributeProblems(props.attributes ?? {})]),
    );
    const thing = new CfnThing(this, 'Resource', {
      thingName: this.physicalName,
      attributePayload: props.attributes === undefined ? undefined : { attributes: { ...props.attributes } },
    });
    this.thingName = this.getResourceNameAttribute(thing.ref);
    this.thingArn = this.getResourceArnAttribute(thing.attrArn, {
      service: 'iot',
      resource: 'thing',
      resourceName: this.physicalName,
    });
  }
}

class ImportedThing extends ThingBase {
  constructor(
    scope: Construct,
    id: string,
    readonly thingName: string,
    readonly thingArn: string,
  ) {
    super(scope, id);
  }
}

/** Why a name cannot be a thing's, or `undefined`; a name that is only known at deployment is not checked. */
export function thingNameProblem(prop: string, name: string | undefined): string | undefined {
  return nameProblem(prop, name, AWS_LIMITS.thingName, "1 to 128 letters, digits, ':', '_' or '-'");
}

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits */
const MAXIMUM_ATTRIBUTES_WITHOUT_TYPE = 3;
/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html */
const ATTRIBUTE_NAME = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;

function attributeProblems(attributes: Readonly<Record<string, string>>): (string | undefined)[] {
  const names = Object.keys(attributes);
  const tooMany =
    names.length > MAXIMUM_ATTRIBUTES_WITHOUT_TYPE
      ? mustBe('attributes', `at most ${MAXIMUM_ATTRIBUTES_WITHOUT_TYPE} for a thing without a type`, names.length)
      : undefined;
  return [
    tooMany,
    ...names.map((name) =>
      nameProblem('attributes', name, ATTRIBUTE_NAME, "named with 1 to 128 letters, digits or any of '_.,@/:#-'"),
    ),
    ...Object.entries(attributes).map(([name, value]) =>
      nameProblem(`attributes.${name}`, value, ATTRIBUTE_VALUE, "at most 800 letters, digits or any of '_.,@/:#=[]-'"),
    ),
  ];
}

function thingArn(stack: Stack, thingName: string): string {
  return stack.formatArn({ service: 'iot', resource: 'thing', resourceName: thingName });
}

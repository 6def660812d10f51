import { ArnFormat, type IResource, Resource, Stack } from 'aws-cdk-lib';
import { CfnThingType } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { nameProblem, problemsIn } from './prop-check';

/** A type of things. */
export interface IThingType extends IResource {
  /** Name of the type. */
  readonly thingTypeName: string;
  /** `arn:<partition>:iot:<region>:<account>:thingtype/<name>` */
  readonly thingTypeArn: string;
}

/** Properties of {@link ThingType}. */
export interface ThingTypeProps {
  /** Name of the type: 1 to 128 letters, digits, `:`, `_` or `-`. Changing it replaces the type. */
  readonly thingTypeName: string;
  /** What things of this type are. @default - no description */
  readonly description?: string;
  /** Attributes by which things are looked up, at most 3. @default - none */
  readonly searchableAttributes?: readonly string[];
  /** Attributes of a thing that AWS adds to what it publishes, as user properties of MQTT 5. @default - none */
  readonly propagatedAttributes?: readonly PropagatedAttribute[];
}

/** An attribute that goes with the messages of a thing. */
export interface PropagatedAttribute {
  /** Key of the user property. */
  readonly userPropertyKey: string;
  /** Attribute of the thing. */
  readonly thingAttribute: string;
}

/**
 * A type of things. CloudFormation cannot give a thing its type; a provisioning template can.
 * Deleting it takes five minutes, because AWS lets a type rest in deprecation first.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html
 */
export class ThingType extends Resource implements IThingType {
  /** Imports a type of this account and region by its name. */
  static fromThingTypeName(scope: Construct, id: string, thingTypeName: string): IThingType {
    throwIfAny('OPTION_INVALID', problemsIn([typeNameProblem(thingTypeName)]));
    const arn = Stack.of(scope).formatArn({ service: 'iot', resource: 'thingtype', resourceName: thingTypeName });
    return new ImportedThingType(scope, id, thingTypeName, arn);
  }

  /** Imports a type by its ARN. */
  static fromThingTypeArn(scope: Construct, id: string, thingTypeArn: string): IThingType {
    const name = Stack.of(scope).splitArn(thingTypeArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny(
      'OPTION_INVALID',
      name === undefined ? [mustBe('thingTypeArn', 'the ARN of a thing type', thingTypeArn)] : [],
    );
    return new ImportedThingType(scope, id, name as string, thingTypeArn);
  }

  readonly thingTypeName: string;
  readonly thingTypeArn: string;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: ThingTypeProps) {
    super(scope, id, { physicalName: props.thingTypeName });
    const searchable = props.searchableAttributes ?? [];
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        typeNameProblem(props.thingTypeName),
        searchable.length > MAXIMUM_SEARCHABLE_ATTRIBUTES
          ? mustBe('searchableAttributes', `at most ${MAXIMUM_SEARCHABLE_ATTRIBUTES}`, searchable.length)
          : undefined,
      ]),
    );
    const type = new CfnThingType(this, 'Resource', {
      thingTypeName: this.physicalName,
      thingTypeProperties: {
        thingTypeDescription: props.description,
        searchableAttributes: props.searchableAttributes === undefined ? undefined : [...props.searchableAttributes],
        mqtt5Configuration:
          props.propagatedAttributes === undefined
            ? undefined
            : { propagatingAttributes: props.propagatedAttributes.map((attribute) => ({ ...attribute })) },
      },
    });
    this.thingTypeName = this.getResourceNameAttribute(type.ref);
    this.thingTypeArn = this.getResourceArnAttribute(type.attrArn, {
      service: 'iot',
      resource: 'thingtype',
      resourceName: this.physicalName,
    });
  }
}

class ImportedThingType extends Resource implements IThingType {
  constructor(
    scope: Construct,
    id: string,
    readonly thingTypeName: string,
    readonly thingTypeArn: string,
  ) {
    super(scope, id);
  }
}

/** @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits */
const MAXIMUM_SEARCHABLE_ATTRIBUTES = 3;

function typeNameProblem(name: string): string | undefined {
  return nameProblem('thingTypeName', name, AWS_LIMITS.thingName, "1 to 128 letters, digits, ':', '_' or '-'");
}

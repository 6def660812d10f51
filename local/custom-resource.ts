import { isJsonObject, type JsonObject } from './json-value';

/** A call of AWS IoT's API that a custom resource makes at deployment. */
export interface IotCall {
  /** E.g. `AttachPolicy`. */
  readonly action: string;
  readonly parameters: JsonObject;
}

/** Calls of AWS IoT's API that have their effect here when a custom resource makes them. */
const EMULATED_IOT_CALLS = [
  'AttachPolicy',
  'AttachPrincipalPolicy',
  'AttachThingPrincipal',
  'AddThingToThingGroup',
  'UpdateThing',
  'CreateKeysAndCertificate',
] as const;

/** A call of the list of those that have their effect here. */
export type EmulatedIotCall = (typeof EMULATED_IOT_CALLS)[number];

/** Whether a call of AWS IoT's API has its effect here. */
export function isEmulatedIotCall(action: string): action is EmulatedIotCall {
  return EMULATED_IOT_CALLS.some((emulated) => emulated === action);
}

/** Whether somebody's own code stands behind a resource type. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html */
export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/**
 * The call that an `AwsCustomResource` of the AWS CDK makes when it is created; `undefined` when it is none of AWS IoT.
 * Service and action may be spelt as in any version of the SDK: `Iot` or `@aws-sdk/client-iot`, `attachPolicy`,
 * `AttachPolicy` or `AttachPolicyCommand`.
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
 */
export function iotCallOf(type: string, properties: JsonObject): IotCall | undefined {
  if (!isCustomResource(type)) return undefined;
  const call = parsed(properties.Create ?? properties.Update);
  if (call === undefined || typeof call.service !== 'string' || typeof call.action !== 'string') return undefined;
  if (call.service.toLowerCase().replace(/^@aws-sdk\/client-/, '') !== 'iot') return undefined;
  const action = call.action.replace(/Command$/, '');
  return {
    action: action.charAt(0).toUpperCase() + action.slice(1),
    parameters: isJsonObject(call.parameters) ? call.parameters : {},
  };
}

/** Whether a custom resource makes a certificate together with its key. */
export function makesCertificate(type: string, properties: JsonObject): boolean {
  return type === 'Custom::MintedCertificate' || iotCallOf(type, properties)?.action === 'CreateKeysAndCertificate';
}

/** The ids of a construct of the AWS CDK, one after the other: its logical id without the eight characters at the end. */
export function constructId(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

function parsed(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

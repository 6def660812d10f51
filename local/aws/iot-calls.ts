import { type EmulatedIotCall, type IotCall, isEmulatedIotCall } from '../custom-resource';
import type { JsonObject } from '../json-value';
import type { Registry } from './registry';

type Effect = (parameters: JsonObject, registry: Registry) => void;

const EFFECTS: Readonly<Record<EmulatedIotCall, Effect>> = {
  AttachPolicy: (parameters, registry) => attachPolicy(parameters, 'target', registry),
  AttachPrincipalPolicy: (parameters, registry) => attachPolicy(parameters, 'principal', registry),
  AttachThingPrincipal: attachThing,
  AddThingToThingGroup: addToGroup,
  UpdateThing: updateThing,
  // A certificate is declared before anything is attached to it.
  CreateKeysAndCertificate: () => undefined,
};

/** Does in the registry what a call of AWS IoT's API would do there; a call that is not known does nothing. */
export function runIotCall({ action, parameters }: IotCall, registry: Registry): void {
  if (isEmulatedIotCall(action)) EFFECTS[action](parameters, registry);
}

function attachPolicy(parameters: JsonObject, targetKey: string, registry: Registry): void {
  const policyName = textAt(parameters, 'policyName');
  const target = textAt(parameters, targetKey);
  if (policyName !== undefined && target !== undefined) registry.attachPolicy(policyName, target);
}

function attachThing(parameters: JsonObject, registry: Registry): void {
  const thingName = textAt(parameters, 'thingName');
  const principal = textAt(parameters, 'principal');
  const exclusive = parameters.thingPrincipalType === 'EXCLUSIVE_THING';
  if (thingName !== undefined && principal !== undefined) registry.attachThing(thingName, principal, { exclusive });
}

function addToGroup(parameters: JsonObject, registry: Registry): void {
  const thing = textAt(parameters, 'thingName') ?? nameIn(textAt(parameters, 'thingArn'));
  const group = textAt(parameters, 'thingGroupName') ?? nameIn(textAt(parameters, 'thingGroupArn'));
  if (thing !== undefined && group !== undefined) registry.addThingToGroup(thing, group);
}

function updateThing(parameters: JsonObject, registry: Registry): void {
  const thing = registry.things.get(textAt(parameters, 'thingName') ?? '');
  const typeName = textAt(parameters, 'thingTypeName');
  if (thing !== undefined && typeName !== undefined) registry.putThing({ ...thing, typeName });
}

function textAt(parameters: JsonObject, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

function nameIn(arn: string | undefined): string | undefined {
  return arn?.slice(arn.indexOf('/') + 1);
}

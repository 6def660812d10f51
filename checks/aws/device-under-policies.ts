import { certificateAttributes } from '../../local/aws/certificate-attributes';
import { derOf } from '../../local/aws/pem';
import type { Certificate, Policy, Registry, Thing } from '../../local/aws/registry';
import {
  type CompiledPolicies,
  compilePolicies,
  type PolicyDecision,
} from '../../semantics/iot-policy/compiled-policies';
import type { PolicyRequest } from '../../semantics/iot-policy/compiled-statement';
import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import { normalizeKey } from '../../semantics/iot-policy/pattern';
import type { PolicyStatement } from '../../semantics/iot-policy/policy-document';
import type { DeclaredWill, TemplateWill } from '../declared-will';
import type { AwsSubject } from './aws-subject';

/** Stands for the name of a device where a template declares none. */
export const SOME_DEVICE = 'some-device';
/** Stands for the name of another device. */
export const ANOTHER_DEVICE = 'another-device';

/** A device and the policies under which it connects. */
export interface DeviceUnderPolicies {
  readonly name: string;
  readonly policies: readonly Policy[];
  /** @default - the device stands for all that no template declares */
  readonly thing?: Thing;
  /** @default - as {@link thing} */
  readonly certificate?: Certificate;
}

/** What policies say of a device, and whether that is certain: a variable may get its value only in the account. */
export interface DeviceDecision extends PolicyDecision {
  readonly isCertain: boolean;
}

/**
 * The devices that leave a will: every thing with a certificate that has the will's policy; where a template declares
 * no device, one that stands for all under each policy.
 */
export function devicesOf({ registry }: AwsSubject, will: DeclaredWill | TemplateWill): DeviceUnderPolicies[] {
  const policyName = 'policyName' in will ? will.policyName : undefined;
  const isTheirs = (policy: Policy): boolean => policyName === undefined || policy.name === policyName;
  const declared = [...registry.certificates.values()].flatMap((certificate) =>
    thingsWith(registry, certificate).filter(({ policies }) => policies.some(isTheirs)),
  );
  if (declared.length > 0) return declared;
  return [...registry.policies.values()].filter(isTheirs).map((policy) => ({ name: SOME_DEVICE, policies: [policy] }));
}

/** Decides what a device may do as the broker would, connected with its own name as the client id. */
export function decide(
  { registry }: AwsSubject,
  device: DeviceUnderPolicies,
  { action, resource, keys }: PolicyRequest,
): DeviceDecision {
  const context = contextOf(device);
  const request = { action, resource: `${registry.arnPrefix}${resource}`, ...(keys === undefined ? {} : { keys }) };
  const decision = compiled(device.policies).evaluate(request, context);
  return { ...decision, isCertain: !device.policies.some((policy) => dependsOnAccount(policy, device, context)) };
}

/** The policies, ready to be asked. */
export function compiled(policies: readonly Policy[]): CompiledPolicies {
  return compilePolicies(policies.map(({ document }) => document));
}

function contextOf({ name, thing, certificate }: DeviceUnderPolicies): ConnectionContext {
  const pem = certificate?.pem;
  return new ConnectionContext({
    clientId: name,
    thing: thing ?? { name, attributes: {} },
    certificate: {
      id: certificate?.id ?? '0'.repeat(64),
      attributes: () => (pem === undefined ? new Map() : certificateAttributes(derOf(pem, 'CERTIFICATE') as Buffer)),
    },
  });
}

function dependsOnAccount({ document }: Policy, device: DeviceUnderPolicies, { lookup }: ConnectionContext): boolean {
  return document.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(keysOf)
    .some((key) => lookup(key) === undefined && !isKnownToBeAbsent(key, device));
}

/** Keys that a statement asks for, in variables and conditions. */
function keysOf({ resources, conditions }: PolicyStatement): string[] {
  const texts = [...resources, ...conditions.flatMap(({ values }) => values)];
  const variables = texts.flatMap((text) => [...text.matchAll(/\$\{([^}*?$]+)\}/g)].map(([, name = '']) => name));
  const tested = conditions
    .map(({ key }) => key)
    .filter((key) => !/^iot:(ConnectAttributes|LastWillTopic)$/i.test(key));
  return [...variables, ...tested].map(normalizeKey);
}

/** Of things and certificates of the templates everything is known but the type, which only code gives a thing. */
function isKnownToBeAbsent(key: string, { thing, certificate }: DeviceUnderPolicies): boolean {
  if (key === 'iot:connection.thing.thingtypename') return false;
  if (key.startsWith('iot:connection.thing.')) return thing !== undefined;
  return key.startsWith('iot:certificate.') && certificate?.pem !== undefined;
}

function thingsWith(registry: Registry, certificate: Certificate): DeviceUnderPolicies[] {
  return registry.thingsOf(certificate.arn).map(({ thingName: name }) => {
    const thing = registry.things.get(name);
    const policies = registry.effectivePolicies(certificate, thing);
    return { name, policies, certificate, ...(thing === undefined ? {} : { thing }) };
  });
}

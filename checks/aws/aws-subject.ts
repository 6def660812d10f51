import type { Certificate, Policy, Registry } from '../../local/aws/registry';
import type { ResolvedTemplate } from '../../local/resolved-template';
import type { TopicRuleDefinition } from '../../local/rules/topic-rule-definition';
import { renderDevice } from '../../presence/lwt-options';
import {
  type CompiledPolicies,
  compilePolicies,
  type PolicyDecision,
} from '../../semantics/iot-policy/compiled-policies';
import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import type { CompiledStatement, SqlError } from '../../semantics/iot-sql';
import type { CheckRule, Finding } from '../check-rule';
import type { DeclaredWill, TemplateWill } from '../declared-will';

/** A topic rule with its statement, read. */
export interface CheckedRule {
  readonly template: string;
  readonly logicalId: string;
  readonly definition: TopicRuleDefinition;
  /** Whether the template says which SQL version it is written in. */
  readonly saysVersion: boolean;
  /** Absent when AWS would refuse it. */
  readonly statement?: CompiledStatement;
  readonly sqlError?: SqlError;
}

/** Everything that the rules for AWS look at: the templates of one account and region. */
export interface AwsSubject {
  readonly templates: readonly ResolvedTemplate[];
  readonly registry: Registry;
  readonly rules: readonly CheckedRule[];
  readonly wills: readonly (DeclaredWill | TemplateWill)[];
}

/** A rule for AWS. */
export type AwsRule = CheckRule<AwsSubject>;

/** Stands for the name of a device where a template declares none. */
export const SOME_DEVICE = 'some-device';
/** Stands for the name of another device. */
export const ANOTHER_DEVICE = 'another-device';

/** A device and the policies under which it connects. */
export interface DeviceUnderPolicies {
  readonly name: string;
  readonly policies: readonly Policy[];
}

/**
 * The devices that leave a will: every thing with a certificate that has the will's policy; where a template declares
 * no device, one that stands for all under each policy.
 */
export function devicesOf({ registry }: AwsSubject, will: DeclaredWill | TemplateWill): DeviceUnderPolicies[] {
  const policyId = 'policyId' in will ? will.policyId : undefined;
  const isTheirs = (policy: Policy): boolean => policyId === undefined || policy.source?.logicalId === policyId;
  const declared = [...registry.certificates.values()].flatMap((certificate) =>
    thingsWith(registry, certificate).filter(({ policies }) => policies.some(isTheirs)),
  );
  if (declared.length > 0) return declared;
  return [...registry.policies.values()].filter(isTheirs).map((policy) => ({ name: SOME_DEVICE, policies: [policy] }));
}

/** Decides what a device may do as the broker would, connected with its own name as the client id. */
export function decide(
  subject: AwsSubject,
  device: DeviceUnderPolicies,
  action: string,
  resource: string,
): PolicyDecision {
  const { name } = device;
  const certificate = { id: '0'.repeat(64), attributes: () => new Map() };
  const context = new ConnectionContext({ clientId: name, thing: { name, attributes: {} }, certificate });
  return compiled(device.policies).evaluate({ action, resource: `${subject.registry.arnPrefix}${resource}` }, context);
}

/** The policies, ready to be asked. */
export function compiled(policies: readonly Policy[]): CompiledPolicies {
  return compilePolicies(policies.map(({ document }) => document));
}

/** The topic of a device's will. */
export function willTopicOf(will: DeclaredWill, device: string): string {
  return renderDevice(will.topic, device);
}

/** A finding at a policy, or at the will when the policy's place is not known. */
export function atPolicy(policies: readonly Policy[], will: DeclaredWill | TemplateWill, message: string): Finding {
  const [policy] = policies;
  const source = policy?.source ?? ('source' in will ? will.source : undefined);
  const path = policy?.source === undefined ? {} : { path: 'Properties.PolicyDocument' };
  return { template: source?.template ?? '', logicalId: source?.logicalId, message, ...path };
}

/** A finding at a topic rule. */
export function atRule({ template, logicalId }: CheckedRule, path: string, message: string): Finding {
  return { template, logicalId, path: `Properties.TopicRulePayload${path}`, message };
}

/** Rules that run: not disabled, with a statement and a FROM. */
export function listeningRules({ rules }: AwsSubject): (CheckedRule & { readonly statement: CompiledStatement })[] {
  return rules.filter(
    (rule): rule is CheckedRule & { readonly statement: CompiledStatement } =>
      !rule.definition.disabled && rule.statement?.fromFilter !== undefined,
  );
}

function thingsWith(registry: Registry, certificate: Certificate): DeviceUnderPolicies[] {
  return registry.thingsOf(certificate.arn).map(({ thingName: name }) => ({
    name,
    policies: registry.effectivePolicies(certificate, registry.things.get(name)),
  }));
}

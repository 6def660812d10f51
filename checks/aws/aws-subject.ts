import type { Policy, Registry } from '../../local/aws/registry';
import type { ResolvedTemplate } from '../../local/resolved-template';
import type { TopicRuleDefinition } from '../../local/rules/topic-rule-definition';
import { renderDevice } from '../../presence/lwt-options';
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

/** The topic filter of a statement that calls what only AWS has, so that it cannot be run here. */
export function filterOfForeignSql({ sqlError, definition }: CheckedRule): string | undefined {
  if (sqlError?.code !== 'SQL_NOT_EMULATED' || definition.disabled) return undefined;
  return /\bfrom\s+'([^']*)'/i.exec(definition.sql)?.[1];
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

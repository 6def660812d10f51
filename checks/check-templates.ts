import { loadRegistry } from '../local/aws/registry-loading';
import { namespaceNames } from '../local/azure/namespace-loading';
import { loadRegistry as loadNamespace } from '../local/azure/registry-loading';
import type { ResolvedTemplate } from '../local/resolved-template';
import { readTopicRules } from '../local/rules/topic-rule-definition';
import { resolveTemplates, type TemplateSource } from '../local/template/cloudformation';
import { namesIn } from '../local/template/parameters-of-both';
import { resolveTerraform } from '../local/template/terraform';
import { throwIfAny } from '../presence/errors';
import { compileStatement, isSqlVersion, SqlError } from '../semantics/iot-sql';
import { AWS_RULES } from './aws/aws-rules';
import type { AwsSubject, CheckedRule } from './aws/aws-subject';
import { AZURE_RULES } from './azure/azure-rules';
import type { AzureSubject } from './azure/azure-subject';
import { willsOf as azureWillsOf, willOfEveryPublisher } from './azure/azure-will';
import type { CheckRule, RuleFinding } from './check-rule';
import { type DeclaredWill, willsOf } from './declared-will';

/** What a check is told beside the templates. */
export interface CheckOptions {
  /** Wills that devices leave, beside those that the templates declare. @default - none */
  readonly wills?: readonly DeclaredWill[];
  /** Values of template parameters by name. @default - the templates' defaults */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What the rules found. */
export interface CheckReport {
  /** In the order of the rules. */
  readonly findings: readonly RuleFinding[];
  /** Ids of the rules that had something to look at. */
  readonly applied: readonly string[];
}

/**
 * Checks CloudFormation templates of one account and region against every rule for AWS.
 * @throws LastwillError TEMPLATE_INVALID that names place and reason of everything that could not be deployed at all.
 */
export function checkCloudFormation(sources: readonly TemplateSource[], options: CheckOptions = {}): CheckReport {
  const templates = resolveTemplates(
    sources,
    options.parameters === undefined ? {} : { parameters: options.parameters },
  );
  const subject: AwsSubject = {
    templates,
    registry: loadRegistry(templates),
    rules: rulesOf(templates),
    wills: [...willsOf(templates), ...(options.wills ?? [])],
  };
  return report(AWS_RULES, subject, sources[0]?.name ?? '');
}

/** Those of the parameters that one of the templates declares: others are for templates of another environment. */
export function parametersOf(
  sources: readonly TemplateSource[],
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const declared = sources.flatMap((source) => namesIn(source, 'Parameters'));
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => declared.includes(name)));
}

/**
 * Checks a Terraform configuration against every rule for Azure: every Event Grid namespace that it declares or adds to.
 * @throws LastwillError TEMPLATE_INVALID that names place and reason of everything that could not be applied at all.
 */
export function checkTerraform(
  source: TemplateSource | readonly TemplateSource[],
  options: CheckOptions = {},
): CheckReport {
  const { parameters, wills = [] } = options;
  const template = resolveTerraform(source, parameters === undefined ? {} : { parameters });
  const names: (string | undefined)[] = namespaceNames(template.resources);
  // Without any namespace, what is missing is still told.
  const subjects = (names.length === 0 ? [undefined] : names).map((name) => azureSubject(template, name, wills));
  return joined(subjects.map((subject) => report(AZURE_RULES, subject, template.file ?? template.name)));
}

function azureSubject(
  template: ResolvedTemplate,
  name: string | undefined,
  wills: readonly DeclaredWill[],
): AzureSubject {
  const registry = loadNamespace(template, name);
  const declared = wills.map((will) => willOfEveryPublisher(will, registry));
  return { template, registry, wills: [...azureWillsOf(template, registry), ...declared] };
}

/** What is found of several namespaces, each thing once. */
function joined(reports: readonly CheckReport[]): CheckReport {
  const findings = reports.flatMap((one) => one.findings);
  const unique = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return { findings: [...unique.values()], applied: [...new Set(reports.flatMap(({ applied }) => applied))] };
}

function rulesOf(templates: readonly ResolvedTemplate[]): CheckedRule[] {
  const problems: string[] = [];
  const rules = templates.flatMap((template) => {
    const resources = template.resources.filter(({ type }) => type === 'AWS::IoT::TopicRule');
    const definitions = readTopicRules([template], problems);
    return definitions.flatMap((definition, index) => {
      const resource = resources[index];
      if (resource === undefined) return [];
      const payload = resource.properties.TopicRulePayload as Readonly<Record<string, unknown>> | undefined;
      return [
        {
          template: template.file ?? template.name,
          logicalId: resource.logicalId,
          definition,
          saysVersion: payload?.AwsIotSqlVersion !== undefined,
          ...compiled(definition.sql, definition.sqlVersion),
        },
      ];
    });
  });
  throwIfAny('TEMPLATE_INVALID', problems);
  return rules;
}

function compiled(sql: string, version: string): Pick<CheckedRule, 'statement' | 'sqlError'> {
  try {
    return { statement: compileStatement(sql, { version: isSqlVersion(version) ? version : '2016-03-23' }) };
  } catch (error) {
    if (error instanceof SqlError) return { sqlError: error };
    throw error;
  }
}

/** @param anywhere the template of findings that have no place, such as those about a will that no template declares */
function report<Subject>(rules: readonly CheckRule<Subject>[], subject: Subject, anywhere: string): CheckReport {
  const results = rules.map((rule) => ({ rule, result: rule.check(subject) }));
  return {
    findings: results.flatMap(({ rule: { id, severity }, result }) =>
      result === 'notApplicable'
        ? []
        : result.map((finding) => {
            const template = finding.template === '' ? anywhere : finding.template;
            return { ruleId: id, severity, ...finding, template };
          }),
    ),
    applied: results.filter(({ result }) => result !== 'notApplicable').map(({ rule }) => rule.id),
  };
}

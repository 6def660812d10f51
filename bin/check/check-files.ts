import { basename } from 'node:path';
import {
  AWS_RULES,
  AZURE_RULES,
  type CheckOptions,
  type CheckReport,
  checkCloudFormation,
  checkTerraform,
  type RuleFinding,
} from '../../checks';
import { parametersOf } from '../../checks/check-templates';
import { readTemplates } from '../../local/template/template-files';
import { isTerraform } from '../../local/template/template-kind';
import { byEnvironment, type TemplateSource } from '../../local/template/template-source';
import { parseTemplateText } from '../../local/template/template-text';
import { LastwillError } from '../../presence/errors';

/** What `lastwill check` found in files. */
export interface FilesReport {
  readonly findings: readonly RuleFinding[];
  /** Findings of rules that were acknowledged. */
  readonly acknowledged: readonly RuleFinding[];
  /** Ids of the rules that had something to look at. */
  readonly applied: readonly string[];
}

/**
 * Checks files and folders that were synthesized: the CloudFormation templates of an account and region together, every
 * Terraform configuration by itself.
 * @throws LastwillError FILE_UNREADABLE, TEMPLATE_INVALID; OPTION_INVALID for an acknowledged id that no rule has.
 */
export function checkFiles(
  files: readonly string[],
  options: CheckOptions & { readonly acknowledged: readonly string[] },
): FilesReport {
  refuseUnknownIds(options.acknowledged);
  const sources = files.flatMap(readTemplates).map(parsed);
  const terraform = sources.filter(({ json }) => isTerraform(json));
  const cloudFormation = sources.filter((source) => !terraform.includes(source));
  const reports = [
    ...checkEnvironments(cloudFormation, options),
    ...terraformApps(terraform).map((app) => checkTerraform(app, options)),
  ];
  const findings = reports.flatMap((report) => report.findings);
  const isAcknowledged = ({ ruleId }: RuleFinding): boolean => options.acknowledged.includes(ruleId);
  return {
    findings: findings.filter((finding) => !isAcknowledged(finding)),
    acknowledged: findings.filter(isAcknowledged),
    applied: [...new Set(reports.flatMap(({ applied }) => applied))],
  };
}

/** Configurations that belong together: where one reads the state of another, all are the stacks of one app. */
function terraformApps(sources: readonly ParsedSource[]): (readonly ParsedSource[])[] {
  const readsState = ({ json }: ParsedSource): boolean => JSON.stringify(json).includes('terraform_remote_state');
  return sources.some(readsState) ? [sources] : sources.map((source) => [source]);
}

function checkEnvironments(sources: readonly TemplateSource[], options: CheckOptions): CheckReport[] {
  const environments = byEnvironment(sources);
  const { parameters = {} } = options;
  return environments.map((environment) => {
    const isOnly = environments.length === 1;
    return checkCloudFormation(environment, {
      ...options,
      parameters: isOnly ? parameters : parametersOf(environment, parameters),
    });
  });
}

type ParsedSource = TemplateSource & { readonly json: unknown };

function parsed(source: TemplateSource): ParsedSource {
  return { ...source, json: 'json' in source ? source.json : parseTemplateText(basename(source.name), source.text) };
}

function refuseUnknownIds(ids: readonly string[]): void {
  const known = new Set([...AWS_RULES, ...AZURE_RULES].map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new LastwillError(
    'OPTION_INVALID',
    `--acknowledge must name rules of docs/rules.md, got ${unknown.join(', ')}`,
  );
}

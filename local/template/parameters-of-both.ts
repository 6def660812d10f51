import { isJsonObject } from '../json-value';
import type { TemplateSource } from './template-source';
import { parseTemplateText } from './template-text';

/**
 * The values that are for CloudFormation templates where a Terraform configuration runs beside them: all but those that
 * only the configuration has a variable for. CloudFormation refuses a name that it does not know.
 */
export function parametersForCloudFormation(
  parameters: Readonly<Record<string, string>>,
  sources: { readonly cloudFormation: readonly TemplateSource[]; readonly terraform: readonly TemplateSource[] },
): Readonly<Record<string, string>> {
  const own = sources.cloudFormation.flatMap((source) => namesIn(source, 'Parameters'));
  const foreign = sources.terraform.flatMap((source) => namesIn(source, 'variable'));
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => own.includes(name) || !foreign.includes(name)),
  );
}

/** The names that a template declares in a section; of Terraform that may be a list of blocks. */
export function namesIn(source: TemplateSource, section: 'Parameters' | 'variable'): string[] {
  const json = 'json' in source ? source.json : parseTemplateText(source.name, source.text);
  const declared = isJsonObject(json) ? json[section] : undefined;
  return [declared].flat().flatMap((block) => (isJsonObject(block) ? Object.keys(block) : []));
}

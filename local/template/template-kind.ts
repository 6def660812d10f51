import { isJsonObject } from '../json-value';

/** Whether a template that has been parsed is a Terraform configuration or plan, not a CloudFormation template. */
export function isTerraform(json: unknown): boolean {
  if (!isJsonObject(json) || 'Resources' in json) return false;
  return 'resource' in json || 'terraform' in json || 'planned_values' in json || 'terraform_version' in json;
}

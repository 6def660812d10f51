import { isJsonObject } from '../json-value';

/** Whether a template that has been parsed is a Terraform configuration, not a CloudFormation template. */
export function isTerraform(json: unknown): boolean {
  return isJsonObject(json) && !('Resources' in json) && ('resource' in json || 'terraform' in json);
}

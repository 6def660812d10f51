export { AWS_RULES } from './aws/aws-rules';
export { AZURE_RULES } from './azure/azure-rules';
export type { CheckRule, Finding, RuleFinding, Severity } from './check-rule';
export { type CheckOptions, type CheckReport, checkCloudFormation, checkTerraform } from './check-templates';
export type { DeclaredWill } from './declared-will';
export { LwtChecks, type LwtChecksProps } from './lwt-checks';
export { TerraformLwtChecks, type TerraformLwtChecksProps, type TerraformStackToCheck } from './terraform-lwt-checks';

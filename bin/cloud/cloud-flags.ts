import type { Command } from 'commander';

/** Flags that say which AWS is asked. */
export interface AwsFlags {
  readonly region?: string;
}

/** Flags that say which Event Grid namespace is asked. */
export interface AzureFlags {
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly namespace?: string;
}

/** Which cloud is asked. */
export interface CloudFlags extends AwsFlags, AzureFlags {
  /** State folder of the embedded cloud, should the environment name that. */
  readonly state: string;
}

/** Adds the flags of {@link AwsFlags} to a command. */
export function addAwsFlags(command: Command): Command {
  return command.option('--region <REGION>', 'AWS: region (default: AWS_REGION, or the profile’s)');
}

/** Adds the flags of {@link AzureFlags} to a command. */
export function addAzureFlags(command: Command): Command {
  return command
    .option('--subscription <ID>', 'Azure: subscription (default: AZURE_SUBSCRIPTION_ID)')
    .option('--resource-group <NAME>', 'Azure: resource group of the namespace (default: any)')
    .option('--namespace <NAME>', 'Azure: Event Grid namespace (default: the only one)');
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnnotationMetadataEntryType, App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { LastwillError } from '../presence/errors';
import { AzureLwtStack, type AzureLwtStackProps } from './azure-lwt-stack';

/** Id of the stack, after which its folder below `cdktf.out/stacks` is named. */
export const AZURE_LWT_STACK_ID = 'lwt-azure';

/** Names of the clients when none are chosen. */
export const AZURE_LWT_SENSORS: readonly string[] = ['sensor1', 'sensor2'];
/** Names of the clients when none are chosen. */
export const AZURE_LWT_ACTUATORS: readonly string[] = ['actuator1', 'actuator2'];

/** A Terraform configuration as JSON. */
export type TerraformTemplate = Readonly<Record<string, unknown>>;

/** What a synthesis gives. */
export interface AzureSynthesis {
  readonly template: TerraformTemplate;
  /** What is legal but risky, in words, with the id by which it can be acknowledged. */
  readonly warnings: readonly string[];
}

/**
 * Synthesizes {@link AzureLwtStack} in this process, without a command line; leaves no files behind.
 * @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong.
 */
export function synthesizeAzureLwtStack(props: AzureLwtStackProps): AzureSynthesis {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'lastwill-synth-'));
  try {
    return writeAzureLwtStack(props, outputDirectory);
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}

/**
 * Writes `stacks/lwt-azure/cdk.tf.json` below a folder.
 * @param extend adds to the stack before it is written
 * @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong.
 */
export function writeAzureLwtStack(
  props: AzureLwtStackProps,
  outputDirectory: string,
  extend: (stack: AzureLwtStack) => void = () => undefined,
): AzureSynthesis {
  const app = new App({ outdir: outputDirectory });
  const stack = new AzureLwtStack(app, AZURE_LWT_STACK_ID, props);
  extend(stack);
  synthesize(app);
  const path = join(outputDirectory, 'stacks', AZURE_LWT_STACK_ID, 'cdk.tf.json');
  return { template: JSON.parse(readFileSync(path, 'utf8')), warnings: warningsOf(stack) };
}

// cdktf reports what the constructs' validations found as a plain error.
function synthesize(app: App): void {
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error) || !/validation failed/i.test(error.message)) throw error;
    const problems = error.message.split('\n').flatMap((line) => /^\s*(\[.+)$/.exec(line)?.[1] ?? []);
    throw new LastwillError('OPTION_INVALID', problems.join('; ') || error.message, { cause: error });
  }
}

function warningsOf(stack: IConstruct): string[] {
  return stack.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter((entry) => entry.type === AnnotationMetadataEntryType.WARN)
        .map((entry) => `[${construct.node.path}] ${String(entry.data)}`),
    );
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsLwtStack, type AwsLwtStackProps } from './aws-lwt-stack';
import { namesWithPrefix } from './name-prefix';

/** Id of the stack, after which its template file is named. */
export const AWS_LWT_STACK_ID = 'LwtStack';

/** A CloudFormation template as JSON. */
export type CloudFormationTemplate = Readonly<Record<string, unknown>>;

/** An app in which a template comes out the same whether the CDK command line runs it or we do. */
export function createAwsApp(options: { readonly outputDirectory?: string } = {}): App {
  return new App({
    outdir: options.outputDirectory,
    analyticsReporting: false,
    context: { '@aws-cdk/aws-iam:minimizePolicies': true },
  });
}

/** Adds the stack, named so that two stages can live in one account. */
export function addAwsLwtStack(app: App, props: AwsLwtStackProps): AwsLwtStack {
  const stackName = props.stackName ?? namesWithPrefix(props.namePrefix).stackName(AWS_LWT_STACK_ID);
  return new AwsLwtStack(app, AWS_LWT_STACK_ID, {
    description: 'Last-will presence on AWS IoT Core: an e-mail as soon as a device drops off',
    ...props,
    stackName,
  });
}

/**
 * Synthesizes {@link AwsLwtStack} in this process, without the CDK command line; leaves no files behind.
 * @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong.
 */
export function synthesizeAwsLwtStack(props: AwsLwtStackProps): CloudFormationTemplate {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'lastwill-synth-'));
  try {
    const app = createAwsApp({ outputDirectory });
    addAwsLwtStack(app, props);
    return app.synth().getStackArtifact(AWS_LWT_STACK_ID).template as CloudFormationTemplate;
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { AwsLwtStack, type AwsLwtStackProps } from './aws-lwt-stack';
import type { AwsMqtt5Stack, AwsMqtt5StackProps } from './aws-mqtt5-stack';
import { namesWithPrefix } from './name-prefix';

/** Id of the stack, after which its template file is named. */
export const AWS_LWT_STACK_ID = 'LwtStack';
/** Id of the stack for the patterns of MQTT 5. */
export const AWS_MQTT5_STACK_ID = 'Mqtt5Stack';

/** A CloudFormation template as JSON. */
export type CloudFormationTemplate = Readonly<Record<string, unknown>>;

/** How an app is synthesized. */
export interface AwsAppOptions {
  /** Folder for the templates. @default - where the CDK command line says, otherwise a temporary folder */
  readonly outputDirectory?: string;
  /** Whether CDK's template validator runs, which takes seconds to load. @default - as CDK does: true */
  readonly validateTemplates?: boolean;
}

/** An app in which a template comes out the same whether the CDK command line runs it or we do. */
export function createAwsApp(options: AwsAppOptions = {}): App {
  return new App({
    outdir: options.outputDirectory,
    builtinCloudFormationValidation: options.validateTemplates,
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

/** Adds the stack for the patterns of MQTT 5, named so that two stages can live in one account. */
export function addAwsMqtt5Stack(app: App, props: AwsMqtt5StackProps): AwsMqtt5Stack {
  // Most apps hold the other stack alone and need not wait for this one to load.
  const { AwsMqtt5Stack: Mqtt5Stack } = require('./aws-mqtt5-stack') as typeof import('./aws-mqtt5-stack');
  const stackName = props.stackName ?? namesWithPrefix(props.namePrefix).stackName(AWS_MQTT5_STACK_ID);
  return new Mqtt5Stack(app, AWS_MQTT5_STACK_ID, {
    description: 'Things, policies and a rule for five patterns of MQTT 5 on AWS IoT Core',
    ...props,
    stackName,
  });
}

/**
 * Synthesizes {@link AwsLwtStack} in this process, without the CDK command line; leaves no files behind.
 * @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong.
 */
export function synthesizeAwsLwtStack(props: AwsLwtStackProps): CloudFormationTemplate {
  return synthesize((app) => addAwsLwtStack(app, props));
}

/** Synthesizes {@link AwsMqtt5Stack} as {@link synthesizeAwsLwtStack} does. */
export function synthesizeAwsMqtt5Stack(props: AwsMqtt5StackProps): CloudFormationTemplate {
  return synthesize((app) => addAwsMqtt5Stack(app, props));
}

function synthesize(add: (app: App) => Stack): CloudFormationTemplate {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'lastwill-synth-'));
  try {
    // What goes to the embedded cloud is read by that; the validator is for what goes to AWS.
    const app = createAwsApp({ outputDirectory, validateTemplates: false });
    const stack = add(app);
    return app.synth().getStackArtifact(stack.artifactId).template as CloudFormationTemplate;
  } finally {
    rmSync(outputDirectory, { recursive: true, force: true });
  }
}

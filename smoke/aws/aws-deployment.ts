import { join } from 'node:path';
import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { readTemplates } from '../../local/template/template-files';
import type { TemplateSource } from '../../local/template/template-source';
import { LastwillError } from '../../presence/errors';
import { refuseForeignNames } from '../run/prefix';
import type { Programs } from '../run/programs';
import type { Deployment, Remains } from '../run/smoke-cloud';

/** What is deployed, and with what. */
export interface AwsDeploymentOptions {
  readonly prefix: string;
  /** Folder for the template; private, and gone after the run. */
  readonly workDirectory: string;
  /** Folder of the repository. */
  readonly root: string;
  /** Folder with keys and signing requests. */
  readonly store: string;
  readonly emails: readonly string[];
  readonly region: string;
  readonly session: AwsSession;
  readonly programs: Programs;
  readonly signal: AbortSignal;
  /** Makes the keys that the store lacks. */
  readonly makeKeys: () => Promise<void>;
}

/** Deploys with the CDK's command line, from a template that was looked at first. */
export class AwsDeployment implements Deployment {
  readonly #options: AwsDeploymentOptions;
  #templates: readonly TemplateSource[] = [];

  constructor(options: AwsDeploymentOptions) {
    this.#options = options;
  }

  /** The very templates that are deployed. */
  get templates(): readonly TemplateSource[] {
    return this.#templates;
  }

  get remains(): Remains {
    const names = this.#stackNames;
    const command = names
      .map((name) => `aws cloudformation delete-stack --region ${this.#options.region} --stack-name ${name}`)
      .join(' && ');
    return { what: `stacks ${names.join(', ')} in ${this.#options.region}`, command };
  }

  async prepare(): Promise<void> {
    const { prefix, store, emails, makeKeys } = this.#options;
    await makeKeys();
    const context = {
      namePrefix: prefix,
      store,
      alarms: 'false',
      errorLogRetentionDays: '1',
      ...(emails.length === 0 ? {} : { emails: emails.join(',') }),
    };
    const settings = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const app = ['--app', 'node --import tsx smoke/aws/app.ts', '--output', this.#assembly];
    await this.#cdk(['synth', '--quiet', ...app, ...settings]);
    this.#templates = readTemplates(this.#assembly);
    refuseForeignNames(this.#stackNames, prefix);
    for (const stackName of this.#stackNames) await this.#refuseExisting(stackName);
  }

  deploy(): Promise<void> {
    return this.#cdk([
      'deploy',
      '--all',
      '--app',
      this.#assembly,
      '--require-approval',
      'never',
      '--progress',
      'events',
    ]);
  }

  async destroy(): Promise<void> {
    refuseForeignNames(this.#stackNames, this.#options.prefix);
    await this.#cdk(['destroy', '--all', '--force', '--app', this.#assembly], { toItsEnd: true });
    for (const stackName of this.#stackNames) {
      if (await this.#exists(stackName)) throw new LastwillError('CLOUD_CALL_FAILED', `${stackName} is still there`);
    }
  }

  get #stackNames(): string[] {
    return this.#templates.map(({ name, stackName }) => stackName ?? name);
  }

  get #assembly(): string {
    return join(this.#options.workDirectory, 'cdk.out');
  }

  #cdk(words: readonly string[], { toItsEnd = false } = {}): Promise<void> {
    const { programs, root, region, signal } = this.#options;
    const program = {
      command: 'npx',
      arguments: ['--no-install', 'cdk', ...words, '--no-notices'],
      directory: root,
      environment: { AWS_REGION: region, CDK_DISABLE_CLI_TELEMETRY: '1' },
    };
    return programs.run(program, toItsEnd ? {} : { signal });
  }

  async #refuseExisting(stackName: string): Promise<void> {
    if (!(await this.#exists(stackName))) return;
    throw new LastwillError('OPTION_INVALID', `stack ${stackName} exists already, so that it is not this run's own`);
  }

  async #exists(stackName: string): Promise<boolean> {
    const { session } = this.#options;
    const { DescribeStacksCommand } =
      require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
    const answer = await session.find('cloudformation:DescribeStacks', () =>
      session.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })),
    );
    return answer?.Stacks?.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE') === true;
  }
}

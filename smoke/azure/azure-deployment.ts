import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AZURE_LWT_STACK_ID } from '../../lib/azure-app';
import { AZURE_LWT_ENVIRONMENT } from '../../lib/azure-lwt-environment';
import type { TemplateSource } from '../../local/template/template-source';
import { refuseForeignNames } from '../run/prefix';
import type { Program, Programs } from '../run/programs';
import type { Deployment, Remains } from '../run/smoke-cloud';

/** What is deployed, and with what. */
export interface AzureDeploymentOptions {
  readonly prefix: string;
  /** Folder for configuration and state; private. */
  readonly workDirectory: string;
  /** Folder of the repository. */
  readonly root: string;
  /** Folder with keys and certificates. */
  readonly store: string;
  /** Azure region. @default - that of the stack */
  readonly location?: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  /** `terraform`, or what takes its words. */
  readonly terraform: string;
  readonly programs: Programs;
  readonly signal: AbortSignal;
  /** Makes the keys and certificates that the store lacks. */
  readonly makeKeys: () => Promise<void>;
}

/** Deploys with Terraform, whose state is of this run alone, so that it destroys only what it created. */
export class AzureDeployment implements Deployment {
  readonly #options: AzureDeploymentOptions;
  #isDestroyed = true;

  constructor(options: AzureDeploymentOptions) {
    this.#options = options;
  }

  /** The very configuration that is deployed. */
  get template(): TemplateSource {
    return { name: 'cdk.tf.json', text: readFileSync(join(this.#directory, 'cdk.tf.json'), 'utf8') };
  }

  /** True while the state is needed to destroy what is left. */
  get needsState(): boolean {
    return !this.#isDestroyed;
  }

  get remains(): Remains {
    const { resourceGroup, subscription } = this.#options;
    return {
      what: `resource group ${resourceGroup} of subscription ${subscription}`,
      command: `az group delete --yes --subscription ${subscription} --name ${resourceGroup}`,
    };
  }

  async prepare(): Promise<void> {
    const { prefix, store, location, workDirectory, root, makeKeys } = this.#options;
    await makeKeys();
    mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
    // What the person has set for a deployment of their own is not for this one.
    const unset = Object.fromEntries(Object.keys(AZURE_LWT_ENVIRONMENT).map((name) => [name, '']));
    await this.#run({
      command: 'node',
      arguments: ['--import', 'tsx', 'smoke/azure/app.ts'],
      directory: root,
      environment: {
        ...unset,
        LASTWILL_NAME_PREFIX: prefix,
        LASTWILL_STORE: store,
        LASTWILL_LOCATION: location ?? '',
        CDKTF_OUTDIR: join(workDirectory, 'cdktf.out'),
      },
    });
    refuseForeignNames(outermostNames(this.template), prefix);
  }

  async deploy(): Promise<void> {
    await this.#run(this.#terraform(['init', '-input=false']));
    this.#isDestroyed = false;
    await this.#run(this.#terraform(['apply', '-input=false', '-auto-approve']));
  }

  async destroy(): Promise<void> {
    refuseForeignNames(outermostNames(this.template), this.#options.prefix);
    // When not even the provider could be loaded there is nothing that it could have created.
    if (this.#isDestroyed) return;
    await this.#options.programs.run(this.#terraform(['destroy', '-input=false', '-auto-approve']));
    this.#isDestroyed = true;
  }

  get #directory(): string {
    return join(this.#options.workDirectory, 'cdktf.out', 'stacks', AZURE_LWT_STACK_ID);
  }

  #terraform(words: readonly string[]): Program {
    const { terraform, subscription } = this.#options;
    return {
      command: terraform,
      arguments: [`-chdir=${this.#directory}`, ...words, '-no-color'],
      environment: { ARM_SUBSCRIPTION_ID: subscription, TF_IN_AUTOMATION: '1' },
    };
  }

  #run(program: Program): Promise<void> {
    const { programs, signal } = this.#options;
    return programs.run(program, { signal });
  }
}

interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, TerraformResource>>>>;
}

interface TerraformResource {
  readonly name?: string;
  readonly parent_id?: string;
}

/** Names of what is not inside of something else that the configuration makes. */
function outermostNames(template: TemplateSource): string[] {
  const { resource = {} } = JSON.parse('text' in template ? template.text : '{}') as TerraformJson;
  return Object.values(resource)
    .flatMap((byId) => Object.values(byId))
    .filter(({ parent_id: parent }) => parent?.startsWith('${azapi_resource.') !== true)
    .map(({ name }) => name ?? 'a resource without a name');
}

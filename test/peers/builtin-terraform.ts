import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** A resource as Terraform left it in its state. */
export interface AppliedResource {
  /** The address in the configuration before it was rewritten, e.g. `azapi_resource.sensors`. */
  readonly address: string;
  /** `name`, `parent_id`, `id` and `body`, evaluated by Terraform. */
  readonly attributes: Json;
  /** Addresses of what Terraform put before it. */
  readonly dependsOn: readonly string[];
}

const TYPES = ['azapi_resource', 'azapi_update_resource', 'time_sleep'];
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';

/**
 * Applies a configuration by the real Terraform, with every resource rewritten to the built-in `terraform_data`, so that
 * no provider is needed: references, escaping and order are Terraform's own.
 */
export function applyWithTerraform(template: Json): { resources: AppliedResource[]; outputs: Json } {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-terraform-'));
  try {
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(rewritten(template)));
    terraform(directory, 'init', '-input=false');
    terraform(directory, 'apply', '-input=false', '-auto-approve');
    const state = JSON.parse(terraform(directory, 'show', '-json'));
    return { resources: state.values.root_module.resources.map(applied), outputs: plainOutputs(state.values.outputs) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Whether Terraform would change anything when a configuration that has been applied becomes another one. */
export function plansChanges(applied: Json, next: Json): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-terraform-'));
  const write = (template: Json): void =>
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(rewritten(template)));
  try {
    write(applied);
    terraform(directory, 'init', '-input=false');
    terraform(directory, 'apply', '-input=false', '-auto-approve');
    write(next);
    terraform(directory, 'plan', '-input=false', '-out=plan');
    return JSON.parse(terraform(directory, 'show', '-json', 'plan')).resource_changes.some(
      ({ change }: { readonly change: { readonly actions: readonly string[] } }) => change.actions.join() !== 'no-op',
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function terraform(directory: string, ...arguments_: string[]): string {
  const environment = {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: '/dev/null',
  };
  return execFileSync('terraform', [...arguments_, ...(arguments_[0] === 'show' ? [] : ['-no-color'])], {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

function rewritten(template: Json): Json {
  const { resource, output } = JSON.parse(redirected(JSON.stringify(template)));
  const data = Object.entries<Record<string, Json>>(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => [`${type}__${name}`, terraformData(type, body)]),
  );
  return { resource: { terraform_data: Object.fromEntries(data) }, output };
}

/** Points every reference at the rewritten resources. */
function redirected(text: string): string {
  const reference = new RegExp(`\\b(${TYPES.join('|')})\\.([\\w-]+)(\\.[a-z_]+)?`, 'g');
  return text
    .replace(/\$\{data\.azapi_client_config\.[\w-]+\.subscription_resource_id\}/g, SUBSCRIPTION)
    .replace(/data\.azapi_client_config\.[\w-]+\.subscription_resource_id/g, JSON.stringify(SUBSCRIPTION))
    .replace(reference, (_, type: string, name: string, attribute: string | undefined) =>
      attribute === undefined
        ? `terraform_data.${type}__${name}`
        : `terraform_data.${type}__${name}.output${attribute}`,
    );
}

function terraformData(
  type: string,
  { depends_on, lifecycle, name, parent_id, resource_id, body, ...rest }: Json,
): Json {
  const id = resource_id ?? `${parent_id}/${String(rest.type).split('@')[0]}/${name}`;
  const input = { type: rest.type ?? type, name, parent_id, body, id, output: answer(String(rest.type), String(name)) };
  return { '//': rest['//'], input, depends_on, lifecycle };
}

/** What Azure would answer, as far as others refer to it. */
function answer(type: string, name: string): Json {
  if (type.startsWith('Microsoft.ManagedIdentity/')) return { properties: { principalId: `principal of ${name}` } };
  return { properties: { topicSpacesConfiguration: { hostname: `${name}.example` } } };
}

function applied({
  name,
  values,
  depends_on = [],
}: {
  name: string;
  values: Json;
  depends_on?: string[];
}): AppliedResource {
  const address = (label: string): string => label.replace('__', '.');
  const dependsOn = depends_on.map((label) => address(label.replace('terraform_data.', '')));
  return { address: address(name), attributes: values.output as Json, dependsOn };
}

function plainOutputs(outputs: Readonly<Record<string, { readonly value: unknown }>> = {}): Json {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

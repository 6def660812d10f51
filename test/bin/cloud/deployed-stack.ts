import { join } from 'node:path';
import { ensureAwsKeys } from '../../../bin/store/keys';
import { readCsr, readIfPresent } from '../../../bin/store/store';
import { synthesizeAwsLwtStack } from '../../../lib/aws-app';
import type { FaultInjection } from '../../../local/control/ports';
import { Engine } from '../../../local/engine';

/** What tests of commands find: store, state folder and a running embedded AWS whose control plane they call. */
export interface DeployedStack {
  readonly store: string;
  readonly state: string;
  readonly engine: Engine;
}

const AWS_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_CONFIG_FILE',
  'AWS_DEFAULT_REGION',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_ENDPOINT_URL',
  'AWS_MAX_ATTEMPTS',
  'AWS_PROFILE',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SHARED_CREDENTIALS_FILE',
];

/** Gives each test of the file an environment in which the AWS SDK finds nothing of this machine's. */
export function withoutAws(directory: { readonly path: string }): void {
  const before = new Map(AWS_VARIABLES.map((name) => [name, process.env[name]]));
  beforeEach(() => {
    for (const name of AWS_VARIABLES) delete process.env[name];
    process.env.AWS_CONFIG_FILE = join(directory.path, 'no-config');
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(directory.path, 'no-credentials');
    process.env.AWS_EC2_METADATA_DISABLED = 'true';
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

/** Deploys `LwtStack` into an embedded AWS and makes `AWS_ENDPOINT_URL` name it. */
export async function deploy(
  directory: string,
  options: {
    readonly devices?: readonly string[];
    readonly fault?: FaultInjection;
    /** Whether the template has its outputs. @default true */
    readonly outputs?: boolean;
    /** Properties that are laid over those of every resource of a type. @default - none */
    readonly changes?: Readonly<Record<string, object>>;
    /** E-mail addresses that have not confirmed their subscription. @default - none */
    readonly unconfirmed?: readonly string[];
  } = {},
): Promise<DeployedStack> {
  const { devices = ['lwtThing'], fault, outputs = true, changes = {}, unconfirmed = [] } = options;
  const [store, state] = [join(directory, 'certificates'), join(directory, 'state')];
  await ensureAwsKeys(store, devices);
  const json = synthesizeAwsLwtStack({
    notify: ['support@example.com'],
    devices: devices.map((name) => ({
      name,
      certificateSigningRequest: readCsr(store, name),
      nextCertificateSigningRequest: readIfPresent(join(store, 'aws', name, 'client.next.csr')),
    })),
  });
  const engine = await Engine.start({
    aws: {
      templates: [{ name: 'LwtStack', json: changed(outputs ? json : { ...json, Outputs: {} }, changes) }],
      unconfirmedEndpoints: unconfirmed,
    },
    stateDirectory: state,
    ...(fault === undefined ? {} : { controlFault: fault }),
  });
  process.env.AWS_ENDPOINT_URL = (await engine.listen()).control;
  return { store, state, engine };
}

/** The template with properties laid over those of resources, by their type. */
function changed(template: object, changes: Readonly<Record<string, object>>): object {
  const { Resources, ...rest } = template as { readonly Resources: Readonly<Record<string, Resource>> };
  const resources = Object.entries(Resources).map(([id, resource]): [string, Resource] => [
    id,
    { ...resource, Properties: merged(resource.Properties ?? {}, changes[resource.Type] ?? {}) },
  ]);
  return { ...rest, Resources: Object.fromEntries(resources) };
}

interface Resource {
  readonly Type: string;
  readonly Properties?: object;
}

function merged(under: object, over: object): object {
  const entries = Object.entries(over).map(([key, value]) => {
    const below: unknown = (under as Readonly<Record<string, unknown>>)[key];
    return [key, isObject(below) && isObject(value) ? merged(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(entries) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
  } = {},
): Promise<DeployedStack> {
  const { devices = ['lwtThing'], fault, outputs = true } = options;
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
    aws: { templates: [{ name: 'LwtStack', json: outputs ? json : { ...json, Outputs: {} } }] },
    stateDirectory: state,
    ...(fault === undefined ? {} : { controlFault: fault }),
  });
  process.env.AWS_ENDPOINT_URL = (await engine.listen()).control;
  return { store, state, engine };
}

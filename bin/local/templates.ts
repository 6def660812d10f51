import type { TemplateSource } from '../../local/template/cloudformation';
import { LastwillError } from '../../presence/errors';
import { readClientThumbprints, readCsr, readNextCsr } from '../store/store';

/** The device of our own stack. */
const DEFAULT_DEVICE = 'lwtThing';
/** Who is told when our own stack runs here; the e-mail is a file. */
const DEFAULT_NOTIFY = 'support@example.com';

/**
 * Synthesizes our own stack in this process, making keys that the store lacks.
 * @throws LastwillError OPTION_INVALID when the AWS CDK is not installed.
 */
export async function synthesizeOwnAwsTemplate(store: string): Promise<TemplateSource> {
  const { ensureAwsKeys } = require('../store/keys') as typeof import('../store/keys');
  await ensureAwsKeys(store, [DEFAULT_DEVICE]);
  const device = {
    name: DEFAULT_DEVICE,
    certificateSigningRequest: readCsr(store, DEFAULT_DEVICE),
    nextCertificateSigningRequest: readNextCsr(store, DEFAULT_DEVICE),
  };
  const json = loadCdkApp().synthesizeAwsLwtStack({ devices: [device], notify: [DEFAULT_NOTIFY] });
  return { name: 'LwtStack', json };
}

/** Name in the store of the key that the things of the MQTT 5 patterns share. */
const MQTT5_KEY_NAME = 'mqtt5';

/**
 * Synthesizes the stack of the MQTT 5 patterns in this process, making keys that the store lacks.
 * @throws LastwillError OPTION_INVALID when the AWS CDK is not installed.
 */
export async function synthesizeOwnMqtt5Template(store: string): Promise<TemplateSource> {
  const { ensureAwsKeys } = require('../store/keys') as typeof import('../store/keys');
  await ensureAwsKeys(store, [MQTT5_KEY_NAME]);
  const json = loadCdkApp().synthesizeAwsMqtt5Stack({ certificateSigningRequest: readCsr(store, MQTT5_KEY_NAME) });
  return { name: 'Mqtt5Stack', json };
}

/**
 * Synthesizes our own Event Grid stack in this process, making keys and certificates that the store lacks.
 * @throws LastwillError OPTION_INVALID when cdktf is not installed.
 */
export async function synthesizeOwnAzureTemplate(store: string): Promise<TemplateSource> {
  const { AZURE_LWT_SENSORS, AZURE_LWT_ACTUATORS, AZURE_LWT_STACK_ID, synthesizeAzureLwtStack } = loadCdktfApp();
  const { ensureAzureKeys } = require('../store/keys') as typeof import('../store/keys');
  const names = [...AZURE_LWT_SENSORS, ...AZURE_LWT_ACTUATORS];
  await ensureAzureKeys(store, names);
  const thumbprints = readClientThumbprints(store, names);
  const clients = (wanted: readonly string[]) => wanted.map((name) => ({ name, thumbprints: thumbprints[name] ?? [] }));
  const { template: json } = synthesizeAzureLwtStack({
    sensors: clients(AZURE_LWT_SENSORS),
    actuators: clients(AZURE_LWT_ACTUATORS),
  });
  return { name: AZURE_LWT_STACK_ID, json };
}

function loadCdktfApp(): typeof import('../../lib/azure-app') {
  return loadOptional(
    () => require('../../lib/azure-app') as typeof import('../../lib/azure-app'),
    'our own Azure stack needs cdktf (or cdktn under that name) and constructs; install them or name a configuration with --azure FILE',
  );
}

function loadCdkApp(): typeof import('../../lib/aws-app') {
  return loadOptional(
    () => require('../../lib/aws-app') as typeof import('../../lib/aws-app'),
    'our own AWS stack needs aws-cdk-lib and constructs; install them (npm install aws-cdk-lib constructs) or name a template with --aws FILE',
  );
}

// The CDKs are optional peers and take half a second to load: only who synthesizes needs them.
function loadOptional<T>(load: () => T, missing: string): T {
  try {
    return load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new LastwillError('OPTION_INVALID', missing, { cause });
  }
}

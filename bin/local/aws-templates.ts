import { readFileSync } from 'node:fs';
import type { TemplateSource } from '../../local/template/cloudformation';
import { LastwillError } from '../../presence/errors';
import { readCsr } from '../store/store';

/** The device of our own stack. */
const DEFAULT_DEVICE = 'lwtThing';
/** Who is told when our own stack runs here; the e-mail is a file. */
const DEFAULT_NOTIFY = 'support@example.com';

/**
 * Reads templates that the user named.
 * @throws LastwillError FILE_UNREADABLE that names the file.
 */
export function readTemplates(files: readonly string[]): TemplateSource[] {
  return files.map((name) => {
    try {
      return { name, text: readFileSync(name, 'utf8') };
    } catch (cause) {
      throw new LastwillError('FILE_UNREADABLE', `cannot read template ${name}: ${(cause as Error).message}`, {
        cause,
      });
    }
  });
}

/**
 * Synthesizes our own stack in this process, making keys that the store lacks.
 * @throws LastwillError OPTION_INVALID when the AWS CDK is not installed.
 */
export async function synthesizeOwnAwsTemplate(store: string): Promise<TemplateSource> {
  const { ensureAwsKeys } = require('../store/keys') as typeof import('../store/keys');
  await ensureAwsKeys(store, [DEFAULT_DEVICE]);
  const device = { name: DEFAULT_DEVICE, certificateSigningRequest: readCsr(store, DEFAULT_DEVICE) };
  const json = loadCdkApp().synthesizeAwsLwtStack({ devices: [device], notify: [DEFAULT_NOTIFY] });
  return { name: 'LwtStack', json };
}

// The AWS CDK is an optional peer and takes half a second to load: only who synthesizes needs it.
function loadCdkApp(): typeof import('../../lib/aws-app') {
  try {
    return require('../../lib/aws-app') as typeof import('../../lib/aws-app');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new LastwillError(
      'OPTION_INVALID',
      'our own AWS stack needs aws-cdk-lib and constructs; install them (npm install aws-cdk-lib constructs) or name a template with --aws FILE',
      { cause },
    );
  }
}

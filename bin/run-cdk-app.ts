import type { App } from 'aws-cdk-lib';
import { createAwsApp } from '../lib/aws-app';
import { LastwillError } from '../presence/errors';

/**
 * Builds an app and synthesizes it. What the user can mend is one clear line on stderr and exit code 1; only what
 * nobody foresaw shows where it happened.
 */
export function runCdkApp(build: (app: App) => void): void {
  try {
    const app = createAwsApp();
    build(app);
    app.synth();
  } catch (error) {
    process.stderr.write(`lastwill: ${describe(error)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // CDK's own errors about constructs and the findings of its validator are for the user too.
  const isForUser = error instanceof LastwillError || error.name.includes('Validation');
  return isForUser ? error.message : (error.stack ?? error.message);
}

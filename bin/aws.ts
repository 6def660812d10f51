#!/usr/bin/env node
import { Annotations, type App } from 'aws-cdk-lib';
import { addAwsLwtStack, createAwsApp } from '../lib/aws-app';
import { AWS_LWT_CONTEXT_KEYS, readAwsLwtContext } from '../lib/aws-lwt-context';
import type { AwsLwtDevice } from '../lib/aws-lwt-stack';
import { contextHints } from '../lib/context-hints';
import { LastwillError } from '../presence/errors';
import { DEFAULT_STORE, readCsrs } from './store/store';

function readDevices(store: string, names: readonly string[]): AwsLwtDevice[] {
  const requests = readCsrs(store, names);
  return names.map((name) => ({ name, certificateSigningRequest: requests[name] }));
}

function build(app: App): void {
  const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
  const { deviceNames, store, props } = readAwsLwtContext(context);
  const stack = addAwsLwtStack(app, props(readDevices(store ?? DEFAULT_STORE, deviceNames)));
  for (const hint of contextHints(context, Object.keys(AWS_LWT_CONTEXT_KEYS))) {
    Annotations.of(stack).addWarningV2('lastwill:unknownContextKey', hint);
  }
}

try {
  const app = createAwsApp();
  build(app);
  app.synth();
} catch (error) {
  const isBug = !(error instanceof LastwillError) && !/Validation/.test(error instanceof Error ? error.name : '');
  const text = error instanceof Error ? (isBug ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(`lastwill: ${text}\n`);
  process.exitCode = 1;
}

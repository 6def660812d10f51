#!/usr/bin/env node
import { Annotations, type App } from 'aws-cdk-lib';
import { addAwsLwtStack } from '../lib/aws-app';
import { AWS_LWT_CONTEXT_KEYS, AWS_LWT_TYPED_NAMES, readAwsLwtContext } from '../lib/aws-lwt-context';
import type { AwsLwtDevice } from '../lib/aws-lwt-stack';
import { contextHints } from '../lib/context-hints';
import type { Context } from '../lib/context-reader';
import { namingWhatWasTyped } from '../lib/typed-names';
import { runCdkApp } from './run-cdk-app';
import { DEFAULT_STORE, readCsrs, readNextCsr } from './store/store';

function readDevices(store: string, names: readonly string[]): AwsLwtDevice[] {
  const requests = readCsrs(store, names);
  return names.map((name) => ({
    name,
    certificateSigningRequest: requests[name],
    nextCertificateSigningRequest: readNextCsr(store, name),
  }));
}

runCdkApp((app: App) => {
  const context = app.node.getAllContext() as Context;
  const { deviceNames, store, props } = readAwsLwtContext(context);
  const devices = readDevices(store ?? DEFAULT_STORE, deviceNames);
  const stack = namingWhatWasTyped(AWS_LWT_TYPED_NAMES, () => addAwsLwtStack(app, props(devices)));
  for (const hint of contextHints(context, Object.keys(AWS_LWT_CONTEXT_KEYS))) {
    Annotations.of(stack).addWarningV2('lastwill:unknownContextKey', hint);
  }
});

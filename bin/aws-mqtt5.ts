#!/usr/bin/env node
import { Annotations } from 'aws-cdk-lib';
import { addAwsMqtt5Stack } from '../lib/aws-app';
import { contextHints } from '../lib/context-hints';
import { type Context, ContextReader } from '../lib/context-reader';
import { runCdkApp } from './run-cdk-app';
import { DEFAULT_STORE, readCsr } from './store/store';

const CONTEXT_KEYS = ['namePrefix', 'store', 'keyName', 'stackName'];

/** Name in the store of the key that all things share. */
const DEFAULT_KEY_NAME = 'mqtt5';

runCdkApp((app) => {
  const context = app.node.getAllContext() as Context;
  const reader = new ContextReader(context);
  const namePrefix = reader.text('namePrefix');
  const stackName = reader.text('stackName');
  const store = reader.text('store') ?? DEFAULT_STORE;
  const keyName = reader.text('keyName') ?? DEFAULT_KEY_NAME;
  reader.finish();
  const certificateSigningRequest = readCsr(store, keyName);
  const stack = addAwsMqtt5Stack(app, { certificateSigningRequest, namePrefix, stackName });
  for (const hint of contextHints(context, CONTEXT_KEYS)) {
    Annotations.of(stack).addWarningV2('lastwill:unknownContextKey', hint);
  }
});

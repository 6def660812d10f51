#!/usr/bin/env node
import { writeAzureLwtStack } from '../lib/azure-app';
import { AZURE_LWT_TYPED_NAMES, readAzureLwtEnvironment } from '../lib/azure-lwt-environment';
import { namingWhatWasTyped } from '../lib/typed-names';
import { LastwillError } from '../presence/errors';
import { DEFAULT_STORE, readClientThumbprints } from './store/store';

// The cdktf command line says by this variable where it wants the output.
const OUTPUT_DIRECTORY = process.env.CDKTF_OUTDIR || 'cdktf.out';

try {
  const { sensors, actuators, watchers, store, props } = readAzureLwtEnvironment(process.env);
  const thumbprints = readClientThumbprints(store ?? DEFAULT_STORE, [...sensors, ...actuators, ...watchers]);
  const { warnings } = namingWhatWasTyped(AZURE_LWT_TYPED_NAMES, () =>
    writeAzureLwtStack(props(thumbprints), OUTPUT_DIRECTORY),
  );
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
} catch (error) {
  const isBug = !(error instanceof LastwillError);
  const text = error instanceof Error ? (isBug ? (error.stack ?? error.message) : error.message) : String(error);
  process.stderr.write(`lastwill: ${text}\n`);
  process.exitCode = 1;
}

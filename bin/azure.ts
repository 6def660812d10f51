#!/usr/bin/env node
import { writeAzureLwtStack } from '../lib/azure-app';
import { AZURE_LWT_TYPED_NAMES, readAzureLwtEnvironment } from '../lib/azure-lwt-environment';
import { namingWhatWasTyped } from '../lib/typed-names';
import { runCdktfApp } from './run-cdktf-app';
import { DEFAULT_STORE, readClientThumbprints } from './store/store';

// The cdktf command line says by this variable where it wants the output.
const OUTPUT_DIRECTORY = process.env.CDKTF_OUTDIR || 'cdktf.out';

runCdktfApp(() => {
  const { sensors, actuators, watchers, store, props } = readAzureLwtEnvironment(process.env);
  const thumbprints = readClientThumbprints(store ?? DEFAULT_STORE, [...sensors, ...actuators, ...watchers]);
  return namingWhatWasTyped(
    AZURE_LWT_TYPED_NAMES,
    () => writeAzureLwtStack(props(thumbprints), OUTPUT_DIRECTORY).warnings,
  );
});

import { runCdktfApp } from '../../bin/run-cdktf-app';
import { DEFAULT_STORE, readClientThumbprints } from '../../bin/store/store';
import { writeAzureLwtStack } from '../../lib/azure-app';
import { readAzureLwtEnvironment } from '../../lib/azure-lwt-environment';
import { PROBER } from '../sites/azure-site';
import { addProbeGroups } from './probe-groups';

/** What the smoke test deploys: the stack of `bin/azure.ts` with a prefix, and in its namespace the groups of the probes. */
runCdktfApp(() => {
  const { sensors, actuators, store, props } = readAzureLwtEnvironment(process.env);
  const thumbprints = readClientThumbprints(store ?? DEFAULT_STORE, [...sensors, ...actuators, PROBER]);
  const outputDirectory = process.env.CDKTF_OUTDIR || 'cdktf.out';
  const [thumbprint = ''] = [thumbprints[PROBER]].flat();
  return writeAzureLwtStack(props(thumbprints), outputDirectory, (stack) => addProbeGroups(stack, thumbprint)).warnings;
});

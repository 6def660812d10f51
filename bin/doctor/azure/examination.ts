import { SystemClock } from '../../../presence/clock';
import { systemRandomness } from '../../../presence/randomness';
import { MQTT_PORT } from '../../cloud/find-endpoint';
import { openAzure } from '../../cloud/open-azure';
import { type Check, type Finding, runChecks } from '../check';
import { type DoctorFlags, endpointIn, readRootCa } from '../flags';
import { live } from '../live';
import type { Subject } from '../ports';
import { azureChecks } from './checks';
import { namespacePorts } from './namespace-ports';
import type { AzurePorts } from './ports';

/**
 * Asks a subscription of Azure.
 * @public loaded where it is needed
 */
export async function examineAzure(asked: Subject, flags: DoctorFlags): Promise<readonly Finding[]> {
  const { subscription, resourceGroup, namespace, state, store } = flags;
  const { session, embedded } = openAzure({ state, ...(subscription === undefined ? {} : { subscription }) });
  const rootCa = readRootCa(flags) ?? embedded?.rootCa;
  const named = endpointIn(flags);
  const subject = {
    ...asked,
    ...(flags.willDelay === undefined ? {} : { willDelaySeconds: flags.willDelay }),
    ...(flags.sessionExpiry === undefined ? {} : { sessionExpirySeconds: flags.sessionExpiry }),
    ...(flags.connections === undefined ? {} : { connections: flags.connections }),
  };
  const ports = namespacePorts({
    session,
    choice: { namespace, resourceGroup },
    subject,
    store,
    clock: new SystemClock(),
    port: named.port ?? embedded?.port ?? MQTT_PORT,
    endpoint: named.host,
    rootCa,
  });
  return runChecks([...azureChecks(subject), ...(flags.live === true ? [liveCheck(flags, rootCa)] : [])], ports);
}

function liveCheck({ as: watcher = '', assumeOffline, store }: DoctorFlags, rootCa?: string): Check<AzurePorts> {
  return live((ports) => {
    // The agent takes libraries that no other check needs.
    const { probeWill } = require('./live-probe') as typeof import('./live-probe');
    return probeWill({
      ports,
      watcher,
      store,
      assumeOffline: assumeOffline === true,
      randomness: systemRandomness,
      rootCa,
      announce: (text) => process.stderr.write(`${text}\n`),
    });
  });
}

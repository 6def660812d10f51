import { LastwillError } from '../../../../presence/errors';
import { type Check, failed, failedBy, type Outcome, ok, unknown } from '../../check';
import { isSettled } from '../access-control';
import type { AzurePorts } from '../ports';

export const namespace: Check<AzurePorts> = {
  name: 'namespace',
  what: 'there is one Event Grid namespace of that name, it is provisioned, and MQTT is enabled in it',
  why: 'devices connect to a namespace, and only with MQTT enabled',
  run: async (ports) => {
    try {
      return await judge(ports);
    } catch (error) {
      if (error instanceof LastwillError && error.code !== 'CLOUD_CALL_FAILED') return failedBy(error);
      throw error;
    }
  },
};

async function judge(ports: AzurePorts): Promise<Outcome> {
  const { name, location, properties } = await ports.namespace();
  const { provisioningState, publicNetworkAccess, topicSpacesConfiguration } = properties;
  if (/failed$/i.test(provisioningState ?? '')) {
    return failed(`namespace ${name} is ${provisioningState}`, 'see why in the activity log, and deploy it again');
  }
  if (topicSpacesConfiguration?.state !== 'Enabled') {
    return failed(
      `namespace ${name} does not have MQTT enabled`,
      'set topicSpacesConfiguration.state to Enabled and deploy it again',
    );
  }
  if (!isSettled(properties)) return unknown(`namespace ${name} is ${provisioningState}: wait until it has Succeeded`);
  const reach = publicNetworkAccess === 'Disabled' ? ', reached from private endpoints only' : '';
  return ok(`${name} in ${location}${reach}`);
}

import { Testing } from 'cdktf';
import { WarehouseStack } from '../lib/warehouse-stack';

const THUMBPRINT = 'A'.repeat(64);

test('thermometers publish on their own status alone, coolers subscribe to all', () => {
  const stack = new WarehouseStack(Testing.app(), 'warehouse', {
    thermometers: { thermo1: THUMBPRINT },
    coolers: { cooler1: THUMBPRINT },
  });

  const resources: object[] = Object.values(JSON.parse(Testing.synth(stack, true)).resource.azapi_resource);

  const spaces = JSON.stringify(resources.filter((one) => JSON.stringify(one).includes('topicSpaces@')));
  expect(spaces).toContain('warehouse/$${client.authenticationName}/status');
  expect(spaces).toContain('warehouse/+/status');
});

import { App } from 'aws-cdk-lib';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { ColdChainStack } from '../lib/cold-chain-stack';

const stack = new ColdChainStack(new App(), 'ColdChain');

test('the dispatcher is told when cargo gets warm', async () => {
  const cloud = await LocalCloud.deploy(stack);

  await cloud.publish('trucks/truck42/cargo', { celsius: 9.5 });

  expect(cloud).toHaveEmailed('dispatcher@example.com', { text: '{"truck":"truck42","celsius":9.5}' });
});

test('the dispatcher is left alone as long as cargo is cold', async () => {
  const cloud = await LocalCloud.deploy(stack);

  await cloud.publish('trucks/truck42/cargo', { celsius: 8 });

  expect(cloud).not.toHaveEmailed('dispatcher@example.com');
});

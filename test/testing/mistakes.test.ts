import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { IotSql, LambdaAction, TopicRule } from '../../constructs/aws';
import { LocalCloud } from '../../testing';
import { LWT_TEMPLATE } from './lwt-template';

function functionStack(): Stack {
  const stack = new Stack(new App(), 'Functions');
  const handler = new LambdaFunction(stack, 'Store', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => undefined'),
  });
  new TopicRule(stack, 'Rule', { sql: IotSql.select({ from: 'a' }), actions: [new LambdaAction(handler)] });
  return stack;
}

test.each([[undefined], [null], [42]])('fails to deploy %p', async (deployable) => {
  await expect(LocalCloud.deploy(deployable as never)).rejects.toThrow(
    /^deployable 1 must be a stack, stage or app, a CloudFormation template/,
  );
});

test.each([
  ['an empty list', []],
  ['an app without a stack', new App()],
])('fails to deploy %s', async (_, deployable) => {
  await expect(LocalCloud.deploy(deployable)).rejects.toThrow('nothing to deploy: there is no stack');
});

test('a handler stands for a function by the id of its construct', async () => {
  const events: unknown[] = [];
  const cloud = await LocalCloud.deploy(functionStack(), { lambda: { Store: (event) => events.push(event) } });

  await cloud.publish('a', { x: 1 });

  expect(events).toEqual([{ x: 1 }]);
});

test('fails for a handler of a function that there is not, naming those that there are', async () => {
  await expect(LocalCloud.deploy(functionStack(), { lambda: { Stroe: () => 1 } })).rejects.toThrow(
    /^lambda must be for functions of the templates: 'Store[0-9A-F]{8}', got 'Stroe'$/,
  );
});

test('fails for numbers that do not fit into CONNECT, all at once', async () => {
  const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
  const will = { topic: 'things/pump7/gone', payload: '', delaySeconds: 1.5 };

  await expect(cloud.connect('pump7', { keepAliveSeconds: -1, sessionExpirySeconds: 2 ** 32, will })).rejects.toThrow(
    'keepAliveSeconds must be an integer from 0 to 65535, got -1; sessionExpirySeconds must be an integer from 0 to 4294967295, got 4294967296; will.delaySeconds must be an integer from 0 to 4294967295, got 1.5',
  );
});

test('a device without a connection says so, not what it was refused before', async () => {
  const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
  const device = await cloud.connect('pump7');
  await expect(device.publish('secret', 'x')).rejects.toThrow('iot:Publish on');
  await device.cut();

  await expect(device.publish('things/pump7/x', 'x')).rejects.toThrow(
    'a message to things/pump7/x of pump7 cannot be sent: it is not connected',
  );
  await expect(device.subscribe('things/#')).rejects.toThrow('cannot be sent: it is not connected');
});

test('a refusal is told with its own reason, not with an earlier one', async () => {
  const cloud = await LocalCloud.deploy(LWT_TEMPLATE);
  const device = await cloud.connect('pump7');
  await expect(device.publish('secret', 'x')).rejects.toThrow('iot:Publish on');

  await expect(device.publish('things/pump7/1/2/3/4/5/6/7', 'x')).rejects.not.toThrow('iot:Publish on');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { checkTerraform } from '../../checks';
import {
  AzapiProvider,
  CertificateAuthentication,
  ClientGroup,
  ClientGroupQuery,
  EventGridNamespace,
  LwtMonitor,
  MqttClient,
  ResourceGroup,
} from '../../constructs/azure';
import { LocalCloud } from '../../testing';
import '../../testing/matchers';
import { temporaryDirectory } from '../bin/temporary-directory';
import { thumbprintOf } from '../constructs/azure/synthesized';

const directory = temporaryDirectory();
const WILL = { topic: 'clients/pump1/status', payload: 'gone' };

/** A platform with namespace and group, and a stack of devices that uses both. */
function app(): { readonly app: App; readonly platform: TerraformStack; readonly devices: TerraformStack } {
  const root = new App({ outdir: directory.path });
  const platform = new TerraformStack(root, 'platform');
  new AzapiProvider(platform, 'azapi');
  const resourceGroup = new ResourceGroup(platform, 'rg', { location: 'westeurope' });
  const namespace = new EventGridNamespace(platform, 'ns', { resourceGroup });
  const query = ClientGroupQuery.attribute('type').equals('pump');
  const publishers = new ClientGroup(platform, 'pumps', { namespace, query });
  const devices = new TerraformStack(root, 'devices');
  new AzapiProvider(devices, 'azapi');
  const subscribers = ClientGroup.everyClient(namespace);
  const monitor = new LwtMonitor(devices, 'lwt', { namespace, publishers, subscribers });
  const certificateAuthentication = CertificateAuthentication.byThumbprint(thumbprintOf('pump1'));
  const attributes = { type: 'pump' };
  monitor.addDevice(new MqttClient(devices, 'pump1', { namespace, certificateAuthentication, attributes }));
  return { app: root, platform, devices };
}

test.each([
  ['the app', () => app().app],
  ['the stack that depends on the other', () => app().devices],
  ['both stacks, in any order', () => Object.values(app()).slice(1)],
])('stacks that use each other run together: deployed as %s', async (_, deployable) => {
  const cloud = await LocalCloud.deploy(deployable());
  const pump = await cloud.connect('pump1', { will: WILL });

  await pump.cut();

  expect(cloud).toHavePublished(WILL.topic, 'gone');
});

test('stacks that use each other are checked together', () => {
  app().app.synth();
  const sources = ['devices', 'platform'].map((name) => {
    const file = join(directory.path, 'stacks', name, 'cdk.tf.json');
    return { name: file, text: readFileSync(file, 'utf8') };
  });

  const { findings, applied } = checkTerraform(sources);

  expect(findings).toEqual([]);
  expect(applied).toContain('lastwill:willNotPublishable');
});

test('of resources that two stacks call alike, the later has its stack in front', () => {
  const named = (stackName: string, state: string) => {
    const body = { properties: { topicSpacesConfiguration: { state } } };
    const type = 'Microsoft.EventGrid/namespaces@2025-02-15';
    const json = { resource: { azapi_resource: { ns: { type, name: stackName, parent_id: '/rg', body } } } };
    return { name: `${stackName}.json`, stackName, json };
  };

  expect(() => checkTerraform([named('one', 'Enabled'), named('two', 'Disabled')])).toThrow(
    'one.json, two.json: two/azapi_resource.ns.body.properties.topicSpacesConfiguration.state must be',
  );
});

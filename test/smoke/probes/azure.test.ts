import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAzureKeys } from '../../../bin/store/keys';
import { readThumbprints } from '../../../bin/store/store';
import { writeAzureLwtStack } from '../../../lib/azure-app';
import type { AzureLwtStack } from '../../../lib/azure-lwt-stack';
import type { AzureOptions } from '../../../local/azure-cloud';
import { addProbeGroups } from '../../../smoke/azure/probe-groups';
import { AZURE_PROBES } from '../../../smoke/probes/azure';
import { compare, resultOf } from '../../../smoke/probes/comparison';
import type { ProbeResult } from '../../../smoke/probes/probe';
import type { AzureDeployment } from '../../../smoke/sites/azure-site';
import { readClientIdentity } from '../../../smoke/sites/client-identity';
import { embeddedAzure } from '../../../smoke/sites/embedded-azure';

const DEPLOYMENT: AzureDeployment = {
  sensor: 'sensor1',
  otherSensor: 'sensor2',
  actuator: 'actuator1',
  otherActuator: 'actuator2',
};

const store = mkdtempSync(join(tmpdir(), 'lastwill-smoke-'));
let template: AzureOptions['template'];
let embedded: ReadonlyMap<string, ProbeResult>;

afterAll(() => rmSync(store, { recursive: true, force: true }));

beforeAll(async () => {
  const names = [...Object.values(DEPLOYMENT), 'prober'];
  await ensureAzureKeys(store, names);
  const thumbprints = readThumbprints(store, names);
  const client = (name: string) => ({ name, thumbprints: [thumbprints[name] as string] });
  const props = {
    namePrefix: 'smoke-7-',
    sensors: [client('sensor1'), client('sensor2')],
    actuators: [client('actuator1'), client('actuator2')],
  };
  const extend = (stack: AzureLwtStack) => addProbeGroups(stack, thumbprints.prober as string);
  const { template: json } = writeAzureLwtStack(props, join(store, 'cdktf.out'), extend);
  template = { name: 'cdk.tf.json', json };
  embedded = await observe({});
});

/** What is seen when the options change, in all probes or in those named. */
async function observe(options: Partial<AzureOptions>, names = AZURE_PROBES.map(({ name }) => name)) {
  const identityOf = (name: string) => readClientIdentity(store, 'azure', name);
  const site = await embeddedAzure({ template, ...options }, DEPLOYMENT, identityOf);
  const results = new Map<string, ProbeResult>();
  for (const probe of AZURE_PROBES)
    if (names.includes(probe.name)) results.set(probe.name, await resultOf(probe, site));
  await site.close();
  return results;
}

/** What differs when another embedded Event Grid stands for the real one. */
async function differences(options: Partial<AzureOptions>, names?: string[]) {
  const real = await observe(options, names);
  const results = AZURE_PROBES.flatMap((probe) => {
    const [one, other] = [real.get(probe.name), embedded.get(probe.name)];
    return one === undefined || other === undefined ? [] : [{ probe, real: one, embedded: other }];
  });
  return compare(results);
}

test('every probe can be made, and sees no difference between two embedded namespaces', async () => {
  const { observations, unobserved } = await differences({});

  expect(unobserved).toEqual([]);
  expect(observations.filter(({ equal }) => !equal)).toEqual([]);
  expect(new Set(observations.map(({ probe }) => probe)).size).toBe(AZURE_PROBES.length);
});

test('every probe has a name of its own and cites a page of Azure', () => {
  expect(new Set(AZURE_PROBES.map(({ name }) => name)).size).toBe(AZURE_PROBES.length);
  for (const { source } of AZURE_PROBES) expect(source).toMatch(/^https:\/\/learn\.microsoft\.com\//);
});

test.each<[string, Partial<AzureOptions>, string, object[]]>([
  [
    'a will topic that is authorised when the will is published',
    { willAuthorization: 'at-publish' },
    'will on a topic of somebody else',
    ['MQTT 5', 'MQTT 3.1.1'].map((observation) => ({
      observation,
      real: 'CONNACK 0x00, stays connected',
      embedded: observation === 'MQTT 5' ? 'CONNACK 0x87, connection ended' : 'CONNACK 0x05, connection ended',
      option: 'willAuthorization of local/azure-cloud.ts',
    })),
  ],
  [
    'a long will delay that is refused',
    { profile: { limits: { willDelay: { maximumSeconds: 300, above: 'refused' } } } },
    'will delay interval above 300 s',
    [{ embedded: 'CONNACK 0x00, stays connected', option: 'limits.willDelay.above of local/broker/profiles/azure.ts' }],
  ],
  [
    'retain that is not available',
    { profile: { features: { retain: false } } },
    'retained will',
    [
      { observation: 'fate', real: 'CONNACK 0x9A, connection ended', embedded: 'CONNACK 0x00, stays connected' },
      { observation: 'kept', real: false, embedded: true },
    ],
  ],
  [
    'a subscription that ends the connection',
    { profile: { behaviour: { denied311Subscribe: 'disconnected' } } },
    'subscription that no template covers',
    [{ observation: 'MQTT 3.1.1', real: 'no answer, connection ended', embedded: 'SUBACK 0x80, stays connected' }],
  ],
])('%s is found and named', async (_what, real, name, expected) => {
  const { observations } = await differences(real, [name]);

  expect(observations.filter(({ equal }) => !equal)).toEqual(expected.map((each) => expect.objectContaining(each)));
});

test('the embedded Event Grid takes arrays for any of their elements, and text as it is written', () => {
  expect(embedded.get('queries of client groups')).toEqual({
    observed: {
      "type = 'probe'": 'SUBACK 0x87',
      "tags = 'b'": 'SUBACK 0x01',
      "absent != 'x'": 'SUBACK 0x87',
      "floor = '3'": 'SUBACK 0x87',
    },
  });
  expect(embedded.get('array in a topic template')).toEqual({
    observed: {
      'the first element': 'SUBACK 0x01',
      'the second element': 'SUBACK 0x01',
      'both with a comma': 'SUBACK 0x87',
    },
  });
});

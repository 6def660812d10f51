import { readFileSync } from 'node:fs';
import type { ResolvedTemplate } from '../../../local/resolved-template';
import { resolveTerraform } from '../../../local/template/terraform';
import { LocalCloud } from '../../../testing';
import '../../../testing/matchers';

// What Terraform 1.11 wrote of a configuration in HCL, with a module, before anything was applied.
const PLAN = 'test/fixtures/terraform-plan.json';
const NAMESPACE = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/plant';

type Json = Readonly<Record<string, unknown>>;

function resolved(json: unknown): ResolvedTemplate {
  return resolveTerraform({ name: 'plan.json', json });
}

const plan = (): Json => JSON.parse(readFileSync(PLAN, 'utf8'));

/** A plan of resources of the root module, with what is not known of each, and what the configuration says of them. */
function planOf(
  resources: readonly Json[],
  unknown: Readonly<Record<string, Json>> = {},
  configured: readonly Json[] = [],
): Json {
  const changes = Object.entries(unknown).map(([address, after_unknown]) => ({ address, change: { after_unknown } }));
  return {
    planned_values: { root_module: { resources } },
    resource_changes: changes,
    configuration: { root_module: { resources: configured } },
  };
}

function planned(name: string, type: string, values: Json, more: Json = {}): Json {
  const all = { type: `Microsoft.EventGrid/${type}@2025-02-15`, name, ...values };
  return { address: `azapi_resource.${name}`, mode: 'managed', type: 'azapi_resource', name, values: all, ...more };
}

const namespace = (name: string) => planned(name, 'namespaces', { parent_id: '/rg', body: {} });
const space = (values: Json) => planned('space', 'namespaces/topicSpaces', values);

// https://developer.hashicorp.com/terraform/internals/json-format
test('resources of modules are read with their addresses, below parents that are not there yet', () => {
  const { resources, warnings, outputs } = resolved(plan());

  expect(resources.map(({ logicalId, properties }) => [logicalId, properties.parent_id])).toEqual([
    ['azapi_resource.listen', NAMESPACE],
    ['azapi_resource.ns', '/subscriptions/s/resourceGroups/rg'],
    ['module.fleet.azapi_resource.publish', NAMESPACE],
    ['module.fleet.azapi_resource.pump["pump1"]', NAMESPACE],
    ['module.fleet.azapi_resource.pump["pump2"]', NAMESPACE],
    ['module.fleet.azapi_resource.space["all"]', NAMESPACE],
    ['module.fleet.azapi_resource.space["own"]', NAMESPACE],
  ]);
  expect(resources[6]?.properties.body).toEqual({
    properties: { topicTemplates: ['pumps/${client.authenticationName}/gone'] },
  });
  expect(outputs).toEqual({ hostname: 'plant.example' });
  expect(warnings).toEqual([]);
});

test('a plan runs in the embedded cloud', async () => {
  const cloud = await LocalCloud.deploy(PLAN);
  const listener = await cloud.connect('pump2');
  await listener.subscribe('pumps/+/gone');
  const pump = await cloud.connect('pump1', { will: { topic: 'pumps/pump1/gone', payload: 'gone' } });

  await pump.cut();

  expect(listener).toHaveReceived('pumps/pump1/gone', 'gone');
});

test('a state is read as a plan is', () => {
  const { planned_values } = plan();

  const { resources } = resolved({ format_version: '1.0', terraform_version: '1.11.4', values: planned_values });

  expect(resources).toHaveLength(7);
});

test('of two namespaces the configuration says to which a child belongs', () => {
  const configured = [
    {
      type: 'azapi_resource',
      name: 'space',
      expressions: { parent_id: { references: ['azapi_resource.two.id', 'azapi_resource.two'] } },
    },
  ];
  const unknown = { 'azapi_resource.space': { parent_id: true } };
  const { resources } = resolved(planOf([namespace('one'), namespace('two'), space({})], unknown, configured));

  expect(resources[2]?.properties.parent_id).toBe('/rg/providers/Microsoft.EventGrid/namespaces/two');
});

test('fails to tell the parent of a child when nothing says it, and says so', () => {
  const unknown = { 'azapi_resource.space': { parent_id: true } };

  expect(resolved(planOf([namespace('one'), namespace('two'), space({})], unknown)).warnings).toEqual([
    "azapi_resource.space: 'parent_id' is only known once deployed, and no resource of the plan is it",
  ]);
});

test('what a body will hold only once deployed is told', () => {
  const known = { parent_id: '/ns', body: { properties: { description: 'known' } } };
  const unknown = { 'azapi_resource.space': { body: { properties: { topicTemplates: [false, true] } } } };

  const { resources, gaps } = resolved(planOf([space(known)], unknown));

  expect(gaps).toEqual([
    {
      logicalId: 'azapi_resource.space',
      message:
        "'azapi_resource.space.body.properties.topicTemplates[1]' is only known once deployed; its name stands in for it here",
    },
  ]);
  expect(resources[0]?.properties.body).toMatchObject({ properties: { description: 'known' } });
});

test('an update is laid over the resource that it changes, by its reference', () => {
  const update = {
    address: 'azapi_update_resource.more',
    mode: 'managed',
    type: 'azapi_update_resource',
    name: 'more',
    values: { type: 'Microsoft.EventGrid/namespaces@2025-02-15', body: { properties: { isZoneRedundant: true } } },
  };
  const configured = [
    {
      type: 'azapi_update_resource',
      name: 'more',
      expressions: { resource_id: { references: ['azapi_resource.one'] } },
    },
  ];
  const unknown = { 'azapi_update_resource.more': { resource_id: true } };

  const { resources } = resolved(planOf([namespace('one'), update], unknown, configured));

  expect(resources.map(({ properties }) => properties.body)).toEqual([{ properties: { isZoneRedundant: true } }]);
});

test('data sources and resources of other providers are left out', () => {
  const data = planned('ns', 'namespaces', { parent_id: '/rg' }, { mode: 'data' });
  const other = { address: 'random_id.x', mode: 'managed', type: 'random_id', name: 'x', values: {} };

  expect(resolved(planOf([data, other])).resources).toEqual([]);
});

test('fails for a resource without a name, naming its address', () => {
  const nameless = planned('ns', 'namespaces', { parent_id: '/rg', name: null });

  expect(() => resolved(planOf([nameless]))).toThrow("plan.json: azapi_resource.ns: must have 'name'");
});

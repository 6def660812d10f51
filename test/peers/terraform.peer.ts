import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { AzapiProvider } from '../../constructs/azure/azapi/azapi-provider';
import { CertificateAuthentication } from '../../constructs/azure/certificate-authentication';
import { EventGridNamespace } from '../../constructs/azure/event-grid-namespace';
import { MqttClient } from '../../constructs/azure/mqtt-client';
import { MqttRouting } from '../../constructs/azure/mqtt-routing';
import { NamespaceTopic } from '../../constructs/azure/namespace-topic';
import { NotificationPath } from '../../constructs/azure/notification-path';
import { ResourceGroup } from '../../constructs/azure/resource-group';
import { synthesizeAzureLwtStack } from '../../lib/azure-app';
import type { AzureLwtStackProps } from '../../lib/azure-lwt-stack';
import { resolveTerraform } from '../../local/template/terraform';
import { type AppliedResource, applyWithTerraform, plansChanges } from './builtin-terraform';

const THUMBPRINT = '0123456789abcdef'.repeat(4);
const clients = (...names: string[]): AzureLwtStackProps['sensors'] =>
  names.map((name) => ({ name, thumbprints: [THUMBPRINT] }));
const stack: AzureLwtStackProps = { sensors: clients('sensor1', 'sensor2'), actuators: clients('actuator1') };

type Json = Readonly<Record<string, unknown>>;

function named(resources: readonly AppliedResource[], name: string): AppliedResource {
  const found = resources.find(({ attributes }) => attributes.name === name);
  if (found === undefined) throw new Error(`Terraform made no resource '${name}'`);
  return found;
}

/** A stack whose texts look like Terraform expressions, and which routes to the namespace's own topic. */
function awkwardStack(): Json {
  const outdir = mkdtempSync(join(tmpdir(), 'lastwill-synth-'));
  try {
    const app = new App({ outdir });
    const scope = new TerraformStack(app, 'awkward');
    new AzapiProvider(scope, 'azapi');
    const resourceGroup = new ResourceGroup(scope, 'rg1', { location: 'westus2' });
    const namespace = new EventGridNamespace(scope, 'ns1', { resourceGroup });
    const topic = new NamespaceTopic(scope, 'own', { namespace });
    const dynamic = { clientname: '${client.authenticationName}' };
    namespace.routeTo(MqttRouting.toNamespaceTopic(topic, { enrichments: { fixed: { site: '100%{x} ' }, dynamic } }));
    const attributes = { path: '${not.a.reference} %{ if }', tags: ['$all', '50%'] };
    const certificateAuthentication = CertificateAuthentication.byThumbprint(THUMBPRINT);
    new MqttClient(scope, 'sensor1', { namespace, certificateAuthentication, attributes });
    app.synth();
    return JSON.parse(readFileSync(join(outdir, 'stacks/awkward/cdk.tf.json'), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

describe('the template of the stack, applied by Terraform', () => {
  const { template } = synthesizeAzureLwtStack(stack);
  const { resources, outputs } = applyWithTerraform(template);

  test('hands topic templates to Azure as Event Grid spells them', () => {
    expect(named(resources, 'lwtPub').attributes.body).toEqual({
      properties: { topicTemplates: ['clients/${client.authenticationName}/status'] },
    });
  });

  test('binds group and topic space by name, after both and after the namespace', () => {
    const binding = named(resources, 'sensorsPub');

    expect(binding.attributes.body).toEqual({
      properties: { clientGroupName: 'sensors', topicSpaceName: 'lwtPub', permission: 'Publisher' },
    });
    expect(binding.dependsOn).toEqual(
      expect.arrayContaining([
        named(resources, 'sensors').address,
        named(resources, 'lwtPub').address,
        named(resources, 'ns1').address,
      ]),
    );
  });

  test('says where to connect', () => {
    expect(outputs).toMatchObject({ mqtt_hostname: 'ns1.example', mqtt_port: 8883 });
  });
});

test('routing waits for the role of the identity, without a circle', () => {
  const notificationPath = (): NotificationPath => NotificationPath.webhook('https://example.com/hook');
  const { resources } = applyWithTerraform(synthesizeAzureLwtStack({ ...stack, notificationPath }).template);

  const role = resources.find(({ attributes }) => String(attributes.type).startsWith('Microsoft.Authorization/'));
  const wait = resources.find(({ address }) => address.startsWith('time_sleep.'));
  expect(wait?.dependsOn).toContain(role?.address);
  expect(named(resources, 'ns1').dependsOn).toContain(wait?.address);
  expect(role?.attributes.name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-/);
});

test("routing to the namespace's own topic comes after both, without a circle", () => {
  const { resources } = applyWithTerraform(awkwardStack());

  const update = resources.find(({ address }) => address.startsWith('azapi_update_resource.'));
  expect(update?.dependsOn).toEqual(expect.arrayContaining(['azapi_resource.ns1', 'azapi_resource.own']));
  expect(update?.attributes.body).toMatchObject({
    properties: {
      topicSpacesConfiguration: {
        routingEnrichments: {
          static: [{ key: 'site', valueType: 'String', value: '100%{x} ' }],
          dynamic: [{ key: 'clientname', value: '${client.authenticationName}' }],
        },
      },
    },
  });
});

test('text that looks like an expression arrives as it was written', () => {
  const { resources } = applyWithTerraform(awkwardStack());

  expect(named(resources, 'sensor1').attributes.body).toMatchObject({
    properties: { attributes: { path: '${not.a.reference} %{ if }', tags: ['$all', '50%'] } },
  });
});

// https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties
test('the will that is written beside a resource is not part of what is deployed: another one changes nothing', () => {
  const { template } = synthesizeAzureLwtStack(stack);
  const text = JSON.stringify(template);
  const other = text.replaceAll('"topic":"clients/{device}/status"', '"topic":"other/${not.a.reference}"');

  expect(other).not.toBe(text);
  expect(plansChanges(template, JSON.parse(other))).toBe(false);
  expect(plansChanges(template, JSON.parse(text.replaceAll("='sensor'", "='gauge'")))).toBe(true);
});

test('the embedded cloud reads a template as Terraform does', () => {
  const { template } = synthesizeAzureLwtStack(stack);
  const expected = new Map(
    applyWithTerraform(template).resources.map(({ address, attributes }) => [address, attributes]),
  );

  const { resources } = resolveTerraform({ name: 'cdk.tf.json', json: template });

  expect(resources).toHaveLength(expected.size);
  for (const { logicalId, properties } of resources) {
    const { name, body } = expected.get(logicalId) ?? {};
    expect({ name: properties.name, body: properties.body }).toEqual({ name, body });
  }
});

test.each([
  '${1 + 2 * 3 - 4 % 3}',
  '${true && !false || 1 > 2}',
  '${[for k, v in {b = 2, a = 1} : "${k}-${v}"]}',
  '${{for n in ["x", "y"] : upper(n) => n if n != "y"}}',
  '${join(",", concat(["a"], reverse(["b", "c"])))}',
  '${format("%s-%03d", "a", 7)}',
  '${uuidv5("url", "a/b")}',
  '${sha256("x")}${md5("x")}',
  '${substr("hello", -3, 2)}',
  '${replace("a1b22", "/[0-9]+/", "-")}',
  '${try({a = 1}.b, "none")}',
  '${jsonencode({b = [1, true, null], a = "<x>&"})}',
  '${lookup({a = "x"}, "b", "y")}',
  '${element(["a", "b", "c"], 4)}',
  '${[{a = 1}, {a = 2}][*].a}',
  '${flatten([["a"], [["b"]], []])}',
  'x ${"nested ${"deep"} $${kept}"} y',
  '$all %d 100% $${a} %%{b}',
  '${length("abc") > 2 ? ["yes"][0] : "no"}',
  '${coalesce("", "z")}',
])('the embedded cloud evaluates %s as Terraform does', (expression) => {
  const resource = (type: string, label: string, members: Json): Json => ({
    resource: { [type]: { [label]: members } },
  });
  const common = { type: 'T/t@1', name: 'one', parent_id: '/p', body: { value: expression } };
  const { resources } = applyWithTerraform(resource('azapi_resource', 'one', common));

  const resolved = resolveTerraform({ name: 'main.tf.json', json: resource('azapi_resource', 'one', common) });

  expect(resolved.resources[0]?.properties.body).toEqual(resources[0]?.attributes.body);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedTemplate } from '../../../local/resolved-template';
import { resolveTerraform } from '../../../local/template/terraform';

// https://developer.hashicorp.com/terraform/language/syntax/json
const RESOURCE_GROUP = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg1';
const SPACES = 'Microsoft.EventGrid/namespaces/topicSpaces';

function resolved(json: unknown, parameters: Record<string, string> = {}): ResolvedTemplate {
  return resolveTerraform({ name: 'main.tf.json', json }, { parameters });
}

/** A configuration with one topic space whose body is the given value. */
function withBody(body: unknown, more: object = {}): object {
  return {
    ...more,
    resource: { azapi_resource: { one: { type: `${SPACES}@2025-02-15`, name: 'one', parent_id: '/ns', body } } },
  };
}

function bodyOf(json: unknown, parameters: Record<string, string> = {}): unknown {
  return resolved(json, parameters).resources[0]?.properties.body;
}

const SAMPLE = {
  terraform: { required_providers: { azapi: { source: 'Azure/azapi', version: '~> 2.7' } } },
  resource: {
    azapi_resource: {
      sensorsPub: {
        type: 'Microsoft.EventGrid/namespaces/permissionBindings@2025-02-15',
        name: 'sensorsPub',
        parent_id: '${azapi_resource.ns.id}',
        body: {
          properties: {
            clientGroupName: '${azapi_resource.sensors.name}',
            topicSpaceName: '${azapi_resource.lwtPub.name}',
            permission: 'Publisher',
          },
        },
      },
      lwtPub: {
        type: `${SPACES}@2025-02-15`,
        name: 'lwtPub',
        parent_id: '${azapi_resource.ns.id}',
        body: { properties: { topicTemplates: ['clients/$${client.authenticationName}/status'] } },
        locks: ['${azapi_resource.ns.id}'],
      },
      sensors: {
        type: 'Microsoft.EventGrid/namespaces/clientGroups@2025-02-15',
        name: 'sensors',
        parent_id: '${azapi_resource.ns.id}',
        body: { properties: { query: "attributes.type='sensor'" } },
      },
      ns: {
        type: 'Microsoft.EventGrid/namespaces@2025-02-15',
        name: 'ns1',
        parent_id: '${azurerm_resource_group.rg.id}',
        location: 'westus2',
        body: {
          sku: { name: 'Standard', capacity: 1 },
          properties: { topicSpacesConfiguration: { state: 'Enabled' } },
        },
        response_export_values: ['properties.topicSpacesConfiguration.hostname'],
      },
    },
    azurerm_resource_group: { rg: { name: 'rg1', location: 'westus2' } },
  },
  output: { host: { value: '${azapi_resource.ns.output.properties.topicSpacesConfiguration.hostname}' } },
};

test('references are followed, and each resource comes after what it depends on', () => {
  const template = resolved(SAMPLE);

  expect(template.resources.map(({ logicalId }) => logicalId)).toEqual([
    'azurerm_resource_group.rg',
    'azapi_resource.ns',
    'azapi_resource.sensors',
    'azapi_resource.lwtPub',
    'azapi_resource.sensorsPub',
  ]);
  expect(template.resources[4]).toEqual({
    logicalId: 'azapi_resource.sensorsPub',
    type: 'Microsoft.EventGrid/namespaces/permissionBindings',
    properties: {
      name: 'sensorsPub',
      parent_id: `${RESOURCE_GROUP}/providers/Microsoft.EventGrid/namespaces/ns1`,
      location: undefined,
      apiVersion: '2025-02-15',
      body: { properties: { clientGroupName: 'sensors', topicSpaceName: 'lwtPub', permission: 'Publisher' } },
    },
    ref: `${RESOURCE_GROUP}/providers/Microsoft.EventGrid/namespaces/ns1/permissionBindings/sensorsPub`,
    attributes: {
      id: `${RESOURCE_GROUP}/providers/Microsoft.EventGrid/namespaces/ns1/permissionBindings/sensorsPub`,
      name: 'sensorsPub',
    },
  });
  expect(template.outputs).toEqual({ host: 'ns1.westus2-1.ts.eventgrid.azure.net' });
  expect(template.region).toBe('westus2');
});

test('resources of other providers are named and skipped', () => {
  const json = { resource: { azurerm_storage_account: { logs: { name: 'logs' } } } };

  expect(resolved(json).warnings).toEqual([
    'azurerm_storage_account.logs is skipped: only resources of the azapi provider run here',
  ]);
});

// https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/eventgrid_namespace
test('a namespace of azurerm is the namespace that it makes, with MQTT on where topic spaces are configured', () => {
  const namespace = {
    name: 'ns1',
    location: 'westus2',
    resource_group_name: '${azurerm_resource_group.rg.name}',
    topic_spaces_configuration: [
      {
        maximum_session_expiry_in_hours: 2,
        alternative_authentication_name_source: ['ClientCertificateDns'],
        dynamic_routing_enrichment: [{ key: 'who', value: '$${client.authenticationName}' }],
      },
    ],
  };
  const { azurerm_resource_group } = SAMPLE.resource;
  const found = resolved({ resource: { azurerm_resource_group, azurerm_eventgrid_namespace: { ns: namespace } } });

  expect(found.resources[1]).toMatchObject({
    logicalId: 'azurerm_eventgrid_namespace.ns',
    type: 'Microsoft.EventGrid/namespaces',
    ref: `${RESOURCE_GROUP}/providers/Microsoft.EventGrid/namespaces/ns1`,
  });
  expect(found.resources[1]?.properties.body).toEqual({
    properties: {
      topicSpacesConfiguration: {
        state: 'Enabled',
        maximumSessionExpiryInHours: 2,
        maximumClientSessionsPerAuthenticationName: null,
        clientAuthentication: { alternativeAuthenticationNameSources: ['ClientCertificateDns'] },
        routeTopicResourceId: null,
        routingEnrichments: { static: [], dynamic: [{ key: 'who', value: '${client.authenticationName}' }] },
      },
    },
  });
});

test('comments of ours are read with their references replaced, and those of others need not make sense', () => {
  const json = withBody({}, { locals: { prefix: 'pumps' } });
  const { one } = (json as { resource: { azapi_resource: { one: object } } }).resource.azapi_resource;
  Object.assign(one, {
    '//': { 'lastwill:will': { topic: '${local.prefix}/{device}/gone' }, note: '${not terraform' },
  });

  expect(resolved(json).resources[0]?.comments).toEqual({ 'lastwill:will': { topic: 'pumps/{device}/gone' } });
});

test.each([
  ['clients/$${client.authenticationName}/status', 'clients/${client.authenticationName}/status'],
  ['a %%{ if } $5 100% $$', 'a %{ if } $5 100% $$'],
  ['$all', '$all'],
  ['${"x"}-$${y}', 'x-${y}'],
  ['${"quoted $${z} \\"q\\" \\u0041\\n"}', 'quoted ${z} "q" A\n'],
  ['', ''],
])('the text %j means %j', (text, value) => {
  expect(bodyOf(withBody({ text }))).toEqual({ text: value });
});

test.each([
  ['${1 + 2 * 3}', 7],
  ['${(1 + 2) * 3 - -1}', 10],
  ['${5 % 3 == 2 && !false || false}', true],
  ['${1 < 2 ? "yes" : "no"}', 'yes'],
  ['${null}', null],
  ['${["a", "b",][1]}', 'b'],
  ['${{ a = 1, "b" : 2, (upper("c")) = 3 }}', { a: 1, b: 2, C: 3 }],
  ['${[for n in ["a", "b"] : upper(n) if n != "b"]}', ['A']],
  ['${{for k, v in {x = 1, y = 2} : v => k}}', { '1': 'x', '2': 'y' }],
  ['${{for n in ["a", "b", "a"] : n => 1...}}', { a: [1, 1], b: [1] }],
  ['${[{a = 1}, {a = 2}][*].a}', [1, 2]],
  ['${[{a = 1}, {a = 2}].*.a}', [1, 2]],
  ['${["a", "b"].1}', 'b'],
  ['x${1}y${true}', 'x1ytrue'],
  ['${join("-", concat(["a"], ["b"]))}', 'a-b'],
  ['${format("%s-%03d-%q", "a", 7, "b")}', 'a-007-"b"'],
  ['${merge({a = 1}, {b = 2})}', { a: 1, b: 2 }],
  ['${lookup({a = 1}, "b", 9)}', 9],
  ['${max([1, 5, 3]...)}', 5],
  ['${try(local.nothing.x, "fallback")}', 'fallback'],
  ['${can(tonumber("x"))}', false],
  ['${jsondecode("{\\"a\\":[1]}")}', { a: [1] }],
  ['${jsonencode({a = [1]})}', '{"a":[1]}'],
  ['${replace("a.b.c", ".", "-")}-${replace("a1b2", "/[0-9]/", "")}', 'a-b-c-ab'],
  ['${substr("hello", 1, 3)}', 'ell'],
  ['${length("abc") + length([1, 2]) + length({a = 1})}', 6],
  ['${sha256("a")}', 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ['${uuidv5("dns", "www.terraform.io")}', 'a5008fae-b28c-5ba5-96cd-82b4c53552d6'],
  ['${toset(["b", "a", "b"])}', ['b', 'a']],
  ['${flatten([["a"], [["b"]]])}', ['a', 'b']],
  ['${range(1, 4)}', [1, 2, 3]],
  ['${element(["a", "b"], 3)}', 'b'],
  ['${terraform.workspace}', 'default'],
])('the expression %s has the value %j', (text, value) => {
  expect(bodyOf(withBody({ text }))).toEqual({ text: value });
});

test('locals and variables with defaults are filled in', () => {
  const json = withBody(
    { site: '${local.site}', size: '${var.size}' },
    {
      locals: { site: '${var.region}-1' },
      variable: { region: { default: 'west' }, size: { type: 'number', default: 3 } },
    },
  );

  expect(bodyOf(json)).toEqual({ site: 'west-1', size: 3 });
});

test('a parameter replaces the default of a variable, as the type that is declared', () => {
  const json = withBody(
    { list: '${var.list}', text: '${var.text}' },
    { variable: { list: { type: 'list(string)', default: [] }, text: { default: '' } } },
  );

  expect(bodyOf(json, { list: '["a"]', text: '["b"]', unknown: 'x' })).toEqual({ list: ['a'], text: '["b"]' });
});

test('the default of a variable is taken literally', () => {
  expect(bodyOf(withBody({ x: '${var.x}' }, { variable: { x: { default: '${y}' } } }))).toEqual({ x: '${y}' });
});

test('who deploys is nobody in particular', () => {
  const json = withBody(
    {
      id: '${data.azapi_client_config.current.subscription_resource_id}',
      tenant: '${data.azapi_client_config.current.tenant_id}',
    },
    { data: { azapi_client_config: { current: {} } } },
  );

  expect(bodyOf(json)).toEqual({
    id: '/subscriptions/00000000-0000-0000-0000-000000000000',
    tenant: '00000000-0000-0000-0000-000000000000',
  });
});

test('for_each makes one resource for each entry, which others refer to by key', () => {
  const json = {
    resource: {
      azapi_resource: {
        clients: {
          for_each: '${{ sensor1 = "aa", sensor2 = "bb" }}',
          type: 'Microsoft.EventGrid/namespaces/clients@2025-02-15',
          name: '${each.key}',
          parent_id: '/ns',
          body: { properties: { description: '${each.value}' } },
        },
        one: {
          type: `${SPACES}@2025-02-15`,
          name: 'one',
          parent_id: '/ns',
          body: { of: '${azapi_resource.clients["sensor2"].name}' },
        },
      },
    },
  };

  expect(
    resolved(json).resources.map(({ logicalId, properties }) => [logicalId, properties.name, properties.body]),
  ).toEqual([
    ['azapi_resource.clients["sensor1"]', 'sensor1', { properties: { description: 'aa' } }],
    ['azapi_resource.clients["sensor2"]', 'sensor2', { properties: { description: 'bb' } }],
    ['azapi_resource.one', 'one', { of: 'sensor2' }],
  ]);
});

test('count makes so many resources', () => {
  const json = {
    variable: { on: { type: 'bool', default: false } },
    resource: {
      azapi_resource: {
        pump: { count: 2, type: 'T/t@1', name: 'pump${count.index}', parent_id: '', body: {} },
        none: { count: '${var.on ? 1 : 0}', type: 'T/t@1', name: 'none', parent_id: '', body: {} },
      },
    },
    output: { names: { value: '${azapi_resource.pump[*].name}' } },
  };

  const template = resolved(json);

  expect(template.resources.map(({ logicalId }) => logicalId)).toEqual([
    'azapi_resource.pump[0]',
    'azapi_resource.pump[1]',
  ]);
  expect(template.outputs).toEqual({ names: ['pump0', 'pump1'] });
});

test('depends_on orders what no reference does', () => {
  const resource = (dependsOn: string[]): object => ({
    type: 'T/t@1',
    name: 'x',
    parent_id: '',
    body: {},
    depends_on: dependsOn,
  });
  const json = { resource: { azapi_resource: { a: resource(['azapi_resource.b', 'data.x.y']), b: resource([]) } } };

  expect(resolved(json).resources.map(({ logicalId }) => logicalId)).toEqual(['azapi_resource.b', 'azapi_resource.a']);
});

test('blocks may be written as lists, and comments are passed over', () => {
  const json = {
    '//': { metadata: { stackName: 'my-stack' } },
    resource: [
      { '//': 'first', azapi_resource: [{ a: [{ type: 'T/t@1', name: 'a', parent_id: '', body: {} }] }] },
      { azapi_resource: { b: { '//': 'second', type: 'T/t@1', name: 'b', parent_id: '', body: {} } } },
    ],
    locals: [{ x: 1 }, { y: 2 }],
  };

  const template = resolved(json);

  expect(template.name).toBe('my-stack');
  expect(template.resources.map(({ logicalId }) => logicalId)).toEqual(['azapi_resource.a', 'azapi_resource.b']);
});

test('an azapi_update_resource is laid over the resource that it names', () => {
  const json = {
    resource: {
      azapi_resource: {
        ns: {
          type: 'Microsoft.EventGrid/namespaces@1',
          name: 'ns1',
          parent_id: '/rg',
          location: 'westus2',
          body: { properties: { a: { b: 1 } } },
        },
      },
      azapi_update_resource: {
        route: {
          type: 'Microsoft.EventGrid/namespaces@1',
          resource_id: '${azapi_resource.ns.id}',
          body: { properties: { a: { c: 2 } } },
        },
      },
    },
  };

  expect(resolved(json).resources.map(({ properties }) => properties.body)).toEqual([
    { properties: { a: { b: 1, c: 2 } } },
  ]);
});

test('what only a deployment shows keeps its name, with a warning', () => {
  const json = withBody({ thumbprint: '${tls_cert.a.thumbprint}', name: 'x-${tls_cert.a.common_name}' }, {}) as {
    resource: object;
  };
  const template = resolved({ ...json, resource: { ...json.resource, tls_cert: { a: { common_name: 'pump' } } } });

  expect(template.resources[0]?.properties.body).toEqual({ thumbprint: 'tls_cert.a.thumbprint', name: 'x-pump' });
  expect(template.warnings).toEqual([
    'tls_cert.a is skipped: only resources of the azapi provider run here',
    "azapi_resource.one: 'tls_cert.a.thumbprint' is only known once deployed; its name stands in for it here",
  ]);
});

test('a body that is text is read, with a warning', () => {
  const template = resolved(withBody('${jsonencode({a = 1})}'));

  expect(template.resources[0]?.properties.body).toEqual({ a: 1 });
  expect(template.warnings).toEqual([
    'resource.azapi_resource.one.body is text: version 2 of azapi wants an object, without jsonencode()',
  ]);
});

test('a file beside the template can be read', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-terraform-'));
  try {
    writeFileSync(join(directory, 'ca.pem'), 'PEM');
    const json = withBody({ pem: '${file("${path.module}/ca.pem")}' });

    const { resources } = resolveTerraform({ name: join(directory, 'main.tf.json'), json });

    expect(resources[0]?.properties.body).toEqual({ pem: 'PEM' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.each([
  [
    withBody({ a: '${azapi_resource.nope.name}' }),
    "resource.azapi_resource.one.body.a: 'azapi_resource.nope' is not declared",
  ],
  [
    withBody({ t: ['clients/${client.authenticationName}'] }),
    "resource.azapi_resource.one.body.t[0]: 'client.authenticationName' is not declared; to hand ${client.authenticationName} on to Azure, write $${client.authenticationName}",
  ],
  [withBody({ a: '${var.x}' }), "resource.azapi_resource.one.body.a: 'var.x' is not declared"],
  [
    withBody({ a: '${var.x}' }, { variable: { x: { type: 'string' } } }),
    "resource.azapi_resource.one.body.a: variable 'x' has no default: give it with --parameter x=VALUE",
  ],
  [withBody({ a: '${local.x}' }, { locals: { x: '${local.x}' } }), "'local.x' depends on itself"],
  [
    withBody({ a: '${azapi_resource.one.id}' }),
    "resource.azapi_resource.one.body.a: 'azapi_resource.one' depends on itself",
  ],
  [withBody({ a: '${1 +}' }), "resource.azapi_resource.one.body.a: expected an expression, found '}' in '${1 +}'"],
  [withBody({ a: '${"x' }), "expected '\"', found the end in '${\"x'"],
  [withBody({ a: '%{ if true }x%{ endif }' }), "template directives such as '%{ if }' are not supported here"],
  [withBody({ a: '${cidrsubnet("a", 1, 2)}' }), 'the function cidrsubnet() is not supported here'],
  [withBody({ a: '${file("nope")}' }), "file 'nope' cannot be read"],
  [withBody({ a: '${upper([])}' }), 'text was expected, got []'],
  [withBody('text'), "resource.azapi_resource.one.body: must be an object, got 'text'"],
  [{ resource: { azapi_resource: { a: { name: 'x' } } } }, "resource.azapi_resource.a: must have 'type'"],
  [{ resource: { azapi_resource: { a: { type: 'T/t@1' } } } }, "resource.azapi_resource.a: must have 'name'"],
  [
    { resource: { azapi_resource: { a: { type: 'T/t@1', name: 'x', depends_on: ['azapi_resource.b'] } } } },
    "resource.azapi_resource.a.depends_on: 'azapi_resource.b' is not declared",
  ],
  [{ resource: { azapi_resource: { a: 5 } } }, 'resource.azapi_resource.a: must be an object, got 5'],
  [[], 'must be a JSON object, got []'],
])('fails on %j', (json, message) => {
  expect(() => resolved(json)).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
  expect(() => resolved(json)).toThrow(message);
});

test('fails with every mistake at once', () => {
  const json = withBody({ a: '${var.x}' }, { output: { o: { value: '${var.y}' } } });

  expect(() => resolved(json)).toThrow(
    "main.tf.json: resource.azapi_resource.one.body.a: 'var.x' is not declared\nmain.tf.json: output.o.value: 'var.y' is not declared",
  );
});

test('fails on text that is no JSON, with its place', () => {
  expect(() => resolveTerraform({ name: 'main.tf.json', text: '{"resource": {,}}' })).toThrow(
    'main.tf.json:1:15: not valid JSON: expected a name in double quotes',
  );
});

test('fails on HCL', () => {
  expect(() => resolveTerraform({ name: 'main.tf', text: 'resource "x" "y" {}' })).toThrow(
    'main.tf: HCL is not read, the plan that Terraform makes of it is: terraform plan -out=plan && terraform show -json plan > plan.json',
  );
});

test('a namespace may have identities that another provider makes', () => {
  const identity = { type: 'UserAssigned', identity_ids: ['${azurerm_user_assigned_identity.router.id}'] };
  const json = {
    resource: {
      azapi_resource: { ns: { ...SAMPLE.resource.azapi_resource.ns, parent_id: '/rg', identity } },
      azurerm_user_assigned_identity: { router: { name: 'router' } },
    },
  };

  expect(resolved(json).resources.map(({ logicalId }) => logicalId)).toEqual(['azapi_resource.ns']);
});

import { checkTerraform } from '../../../checks';
import { binding, child, client, configuration, NAMESPACE, OWN_TOPICS, saidBy, WILL } from './foreign-configuration';

const PLANT = configuration(NAMESPACE, OWN_TOPICS, client('pump1'));

function refusal(json: object, parameters: Readonly<Record<string, string>> = {}): string {
  try {
    checkTerraform({ name: 'main.tf.json', json }, { parameters });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
}

test('what stands in a module is told, and errors that depend on it are warnings', () => {
  const json = { ...PLANT, module: { clients: { source: './clients' } } };

  expect(saidBy(json, 'notProved')).toEqual([
    'module.clients: skipped, because modules are read from a plan only (terraform show -json)',
  ]);
  const { findings } = checkTerraform({ name: 'main.tf.json', json }, { wills: [{ topic: 'other/{device}' }] });
  expect(findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toContain(
    'warning lastwill:willNotPublishable',
  );
});

test('a binding to the group of a module lets nobody in that is known, and is no error', () => {
  const json = {
    resource: {
      azapi_resource: {
        ...(PLANT.resource as { readonly azapi_resource: object }).azapi_resource,
        ...binding('valves-pub', 'own', 'Publisher', '${module.groups.valves_name}'),
      },
    },
    module: { groups: { source: './groups' } },
  };

  expect(saidBy(json, 'notProved')).toEqual([
    "azapi_resource.valves-pub: 'module.groups.valves_name' is only known once deployed; its name stands in for it here",
    'module.groups: skipped, because modules are read from a plan only (terraform show -json)',
  ]);
  expect(saidBy(json, 'willNotPublishable', WILL)).toEqual([]);
});

test('a query that is only known once deployed is told, and not read', () => {
  const { resource } = configuration(
    NAMESPACE,
    OWN_TOPICS,
    client('pump1'),
    child('clientGroups', 'valves', { query: '${data.external.query.result.text}' }),
  );
  const data = { external: { query: { program: ['query'] } } };

  expect(saidBy({ resource, data }, 'notProved')).toEqual([
    "azapi_resource.valves: 'data.external.query.result.text' is only known once deployed; its name stands in for it here",
  ]);
});

test('thumbprints that are only known once deployed keep nothing from being proved', () => {
  const clientCertificateAuthentication = {
    validationScheme: 'ThumbprintMatch',
    allowedThumbprints: ['${tls_self_signed_cert.pump1.id}'],
  };
  const { resource } = configuration(
    NAMESPACE,
    OWN_TOPICS,
    child('clients', 'pump1', { clientCertificateAuthentication }),
  );
  const tls = { tls_self_signed_cert: { pump1: {} } };

  expect(saidBy({ resource: { ...(resource as object), ...tls } }, 'notProved')).toEqual([]);
});

test('a namespace of azurerm with children of azapi is checked as one', () => {
  const { resource } = configuration(OWN_TOPICS, client('pump1'));
  const text = JSON.stringify(resource).replaceAll('azapi_resource.ns.id', 'azurerm_eventgrid_namespace.ns.id');
  const azurerm_eventgrid_namespace = {
    ns: { name: 'ns1', location: 'westus2', resource_group_name: 'rg1', topic_spaces_configuration: {} },
  };
  const json = { resource: { ...JSON.parse(text), azurerm_eventgrid_namespace } };

  const { findings } = checkTerraform({ name: 'main.tf.json', json }, { wills: [{ topic: 'other/{device}' }] });

  expect(findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual([
    'error lastwill:willNotPublishable',
    'warning lastwill:willNotHeard',
  ]);
});

test('bodies that are written with jsonencode() are read', () => {
  const encoded = { topicTemplates: ['any/#'] };
  const space = child('topicSpaces', 'any', {});
  const body = `\${jsonencode({"properties" = ${JSON.stringify(encoded).replace(':', '=')}})}`;
  const json = configuration(
    NAMESPACE,
    client('pump1'),
    { any: { ...(space.any as object), body } },
    binding('any-pub', 'any'),
  );

  expect(saidBy(json, 'wildcardTemplate')).toEqual([
    "azapi_resource.any-pub: permission binding 'any-pub' lets every client of its group publish on 'any/#'",
  ]);
});

test('clients of a for_each are checked one by one', () => {
  const each = child('clients', 'pump', {
    authenticationName: '${each.key}',
    clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch', allowedThumbprints: ['${each.value}'] },
  });
  const pump = { ...(each.pump as object), name: '${each.key}', for_each: '${var.pumps}' };
  const json = {
    ...configuration(NAMESPACE, OWN_TOPICS, { pump }),
    variable: { pumps: { type: 'map(string)', default: { pump1: 'a'.repeat(64), pump2: 'a'.repeat(64) } } },
  };

  expect(saidBy(json, 'sharedCertificate')).toEqual([
    'azapi_resource.pump["pump2"]: pump2 has the thumbprint aaaaaaaa... of pump1 too: give it a certificate of its own',
  ]);
});

test('fails for a variable without a value, naming it, the place and the way out', () => {
  const json = {
    ...configuration(NAMESPACE, OWN_TOPICS, { pump: { ...(client('pump').pump as object), for_each: '${var.pumps}' } }),
    variable: { pumps: { type: 'set(string)' } },
  };

  expect(refusal(json)).toBe(
    "main.tf.json: resource.azapi_resource.pump.for_each: variable 'pumps' has no default: give it with --parameter pumps=VALUE",
  );
});

test('fails for a for_each over what is only known once deployed, naming the place', () => {
  const json = {
    ...configuration(NAMESPACE, OWN_TOPICS, {
      pump: { ...(client('pump').pump as object), for_each: '${module.fleet.names}' },
    }),
    module: { fleet: { source: './fleet' } },
  };

  expect(refusal(json)).toBe(
    'main.tf.json: resource.azapi_resource.pump.for_each: must be a map or a set, got module.fleet.names, which only a deployment shows',
  );
});

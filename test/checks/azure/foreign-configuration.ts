import { checkTerraform, type DeclaredWill, type RuleFinding } from '../../../checks';

type Json = Readonly<Record<string, unknown>>;

const CHILD = 'Microsoft.EventGrid/namespaces/';

/** A child of the namespace `azapi_resource.ns`, as a person writes it. */
export function child(kind: string, name: string, properties: Json, more: Json = {}): Json {
  const parent_id = '${azapi_resource.ns.id}';
  return { [name]: { type: `${CHILD}${kind}@2025-02-15`, name, parent_id, body: { properties }, ...more } };
}

/** A client that is known by a thumbprint of its own. */
export function client(name: string, attributes: Json = {}, more: Json = {}): Json {
  const allowedThumbprints = [Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)];
  const clientCertificateAuthentication = { validationScheme: 'ThumbprintMatch', allowedThumbprints };
  return child('clients', name, { attributes, clientCertificateAuthentication }, more);
}

export function topicSpace(name: string, ...topicTemplates: readonly string[]): Json {
  return child('topicSpaces', name, { topicTemplates });
}

export function binding(
  name: string,
  topicSpaceName: string,
  permission = 'Publisher',
  clientGroupName = '$all',
  more: Json = {},
): Json {
  return child('permissionBindings', name, { clientGroupName, topicSpaceName, permission }, more);
}

export const NAMESPACE: Json = {
  ns: {
    type: 'Microsoft.EventGrid/namespaces@2025-02-15',
    name: 'ns1',
    parent_id: '/subscriptions/s/resourceGroups/rg',
    location: 'westus2',
    body: { properties: { topicSpacesConfiguration: { state: 'Enabled' } } },
  },
};

/** Everybody may publish on a topic of their own and subscribe to those of all. */
export const OWN_TOPICS: Json = {
  ...topicSpace('own', 'clients/$${client.authenticationName}/status'),
  ...topicSpace('all', 'clients/+/status'),
  ...binding('publish', 'own'),
  ...binding('listen', 'all', 'Subscriber'),
};

/** The will that most tests are about. */
export const WILL: DeclaredWill = { topic: 'clients/{device}/status' };

/** A configuration of azapi resources. */
export function configuration(...resources: readonly Json[]): Json {
  return { resource: { azapi_resource: Object.assign({}, ...resources) } };
}

/** What a rule finds. */
export function findingsOf(json: Json, ruleId: string, ...wills: readonly DeclaredWill[]): readonly RuleFinding[] {
  const { findings } = checkTerraform({ name: 'main.tf.json', json }, { wills });
  return findings.filter((finding) => finding.ruleId === `lastwill:${ruleId}`);
}

/** What a rule says, with the resource that it is about. */
export function saidBy(json: Json, ruleId: string, ...wills: readonly DeclaredWill[]): string[] {
  return findingsOf(json, ruleId, ...wills).map(({ logicalId = '', message }) => `${logicalId}: ${message}`);
}

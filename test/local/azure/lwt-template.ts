import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedTemplate } from '../../../local/resolved-template';
import { resolveTerraform } from '../../../local/template/terraform';

type Json = Record<string, unknown>;

/** DER of a fixture certificate: `root`, `intermediate`, and `sensor1`, `sensor2`, `actuator1` signed by the intermediate. */
export function fixtureCertificate(name: string): Buffer {
  return new X509Certificate(fixturePem(name)).raw;
}

/** PEM of a fixture certificate. */
export function fixturePem(name: string): string {
  return readFileSync(join(__dirname, '../../fixtures/azure', `${name}.pem`), 'utf8');
}

/** SHA-256 of a fixture certificate, upper case with colons. */
export function fixtureThumbprint(name: string): string {
  return new X509Certificate(fixturePem(name)).fingerprint256;
}

/** A child of the namespace `azapi_resource.ns`. */
export function child(type: string, name: string, properties: Json): Json {
  return {
    type: `Microsoft.EventGrid/namespaces/${type}@2025-02-15`,
    name,
    parent_id: '${azapi_resource.ns.id}',
    body: { properties },
  };
}

/** A client that is known by the thumbprint of its fixture certificate. */
export function clientByThumbprint(name: string, attributes: Json): Json {
  return child('clients', name, {
    authenticationName: name,
    state: 'Enabled',
    attributes,
    clientCertificateAuthentication: {
      validationScheme: 'ThumbprintMatch',
      allowedThumbprints: [fixtureThumbprint(name)],
    },
  });
}

/**
 * The stack of Microsoft's announcement, as somebody writes it by hand in Terraform JSON.
 * @see https://techcommunity.microsoft.com/t5/messaging-on-azure-blog/announcing-mqtt-last-will-and-testament-public-preview-in-azure/ba-p/4111094
 */
export function lwtResources(): Record<string, Json> {
  return {
    ns: {
      type: 'Microsoft.EventGrid/namespaces@2025-02-15',
      name: 'ns1',
      parent_id: '/subscriptions/s/resourceGroups/rg1',
      location: 'westus2',
      body: { properties: { topicSpacesConfiguration: { state: 'Enabled' } } },
    },
    sensor1: clientByThumbprint('sensor1', { type: 'sensor' }),
    sensor2: clientByThumbprint('sensor2', { type: 'sensor' }),
    actuator1: clientByThumbprint('actuator1', { type: 'actuator' }),
    sensors: child('clientGroups', 'sensors', { query: "attributes.type='sensor'" }),
    actuators: child('clientGroups', 'actuators', { query: "attributes.type='actuator'" }),
    lwtPub: child('topicSpaces', 'lwtPub', { topicTemplates: ['clients/$${client.authenticationName}/status'] }),
    lwtSub: child('topicSpaces', 'lwtSub', { topicTemplates: ['clients/+/status'] }),
    sensorsPub: child('permissionBindings', 'sensorsPub', {
      clientGroupName: 'sensors',
      topicSpaceName: 'lwtPub',
      permission: 'Publisher',
    }),
    actuatorsSub: child('permissionBindings', 'actuatorsSub', {
      clientGroupName: 'actuators',
      topicSpaceName: 'lwtSub',
      permission: 'Subscriber',
    }),
  };
}

/** Resolves azapi resources by label; `undefined` removes one of the stack. */
export function lwtTemplate(changes: Record<string, Json | undefined> = {}): ResolvedTemplate {
  const all = { ...lwtResources(), ...changes };
  const azapi_resource = Object.fromEntries(Object.entries(all).filter(([, resource]) => resource !== undefined));
  return resolveTerraform({ name: 'main.tf.json', json: { resource: { azapi_resource } } });
}

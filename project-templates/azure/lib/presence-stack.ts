import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  AzapiProvider,
  CertificateAuthentication,
  ClientGroup,
  ClientGroupQuery,
  EventGridNamespace,
  LwtMonitor,
  MqttClient,
  ResourceGroup,
} from 'lastwill/azure';
import { LOCATION, NAMESPACE, STATUS_TOPIC } from './presence';

/** One or two thumbprints of each client's certificates, by name. */
export type Thumbprints = Readonly<Record<string, readonly string[]>>;

export interface PresenceStackProps {
  readonly devices: Thumbprints;
  readonly watchers: Thumbprints;
}

/** Watchers hear at once when a device vanishes. */
export class PresenceStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: PresenceStackProps) {
    super(scope, id);
    new AzapiProvider(this, 'azapi');
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', {
      resourceGroupName: '__PROJECT__',
      location: LOCATION,
    });
    const namespace = new EventGridNamespace(this, 'Namespace', { resourceGroup, namespaceName: NAMESPACE });
    const group = (role: string): ClientGroup =>
      new ClientGroup(this, `${role}s`, { namespace, query: ClientGroupQuery.raw(`attributes.role = '${role}'`) });
    const monitor = new LwtMonitor(this, 'Presence', {
      namespace,
      publishers: group('device'),
      subscribers: group('watcher'),
      willTopic: STATUS_TOPIC,
    });
    const client = (name: string, allowed: readonly string[], role: string): MqttClient =>
      new MqttClient(this, `${name}Client`, {
        namespace,
        clientName: name,
        certificateAuthentication: CertificateAuthentication.byThumbprint(...allowed),
        attributes: { role },
      });
    for (const [name, allowed] of Object.entries(props.devices)) {
      monitor.addDevice(client(name, allowed, 'device'));
    }
    for (const [name, allowed] of Object.entries(props.watchers)) client(name, allowed, 'watcher');
  }
}

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

/** Thumbprints of the devices' certificates, by name. */
export type Thumbprints = Readonly<Record<string, string>>;

export interface WarehouseStackProps {
  readonly thermometers: Thumbprints;
  readonly coolers: Thumbprints;
}

/** Coolers hear at once when a thermometer vanishes, and can fall back to full power. */
export class WarehouseStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: WarehouseStackProps) {
    super(scope, id);
    new AzapiProvider(this, 'azapi');
    const resourceGroup = new ResourceGroup(this, 'ResourceGroup', { location: 'westeurope' });
    const namespace = new EventGridNamespace(this, 'Namespace', { resourceGroup });
    const group = (name: string): ClientGroup =>
      new ClientGroup(this, `${name}s`, { namespace, query: ClientGroupQuery.raw(`attributes.role = '${name}'`) });
    const monitor = new LwtMonitor(this, 'Presence', {
      namespace,
      publishers: group('thermometer'),
      subscribers: group('cooler'),
      willTopic: 'warehouse/{device}/status',
    });
    const client = (name: string, thumbprint: string, role: string): MqttClient =>
      new MqttClient(this, name, {
        namespace,
        certificateAuthentication: CertificateAuthentication.byThumbprint(thumbprint),
        attributes: { role },
      });
    for (const [name, thumbprint] of Object.entries(props.thermometers)) {
      monitor.addDevice(client(name, thumbprint, 'thermometer'));
    }
    for (const [name, thumbprint] of Object.entries(props.coolers)) client(name, thumbprint, 'cooler');
  }
}

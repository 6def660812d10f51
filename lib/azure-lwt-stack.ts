import { type TerraformBackend, TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiProvider } from '../constructs/azure/azapi/azapi-provider';
import { CertificateAuthentication } from '../constructs/azure/certificate-authentication';
import { ClientGroup } from '../constructs/azure/client-group';
import { ClientGroupQuery } from '../constructs/azure/client-group-query';
import { EventGridNamespace } from '../constructs/azure/event-grid-namespace';
import { type DeviceSettings, LwtMonitor } from '../constructs/azure/lwt-monitor';
import { MqttClient } from '../constructs/azure/mqtt-client';
import type { NotificationPath } from '../constructs/azure/notification-path';
import { type IResourceGroup, ResourceGroup } from '../constructs/azure/resource-group';
import { Warnings } from '../constructs/azure/warnings';
import type { LwtOptions } from '../presence/lwt-options';
import { namesWithPrefix } from './name-prefix';

/** A client of {@link AzureLwtStack}. */
export interface AzureLwtClient {
  /** Client name, authentication name and MQTT client id in one: 1 to 128 letters, digits and `-`, `:`, `.`, `_`. */
  readonly name: string;
  /** One or two SHA-256 thumbprints of its certificates, 64 hexadecimal digits each. */
  readonly thumbprints: readonly string[];
}

/** Properties of {@link AzureLwtStack}. */
export interface AzureLwtStackProps extends LwtOptions {
  /** The clients that leave wills; they get the attribute `type` with the value `sensor`. */
  readonly sensors: readonly AzureLwtClient[];
  /** The clients that hear of wills; they get the attribute `type` with the value `actuator`. */
  readonly actuators: readonly AzureLwtClient[];
  /**
   * The clients with which people watch presence, as `lastwill watch azure --as CLIENT` does; they get the attribute
   * `type` with the value `watcher` and may subscribe to wills only.
   * @default - none
   */
  readonly watchers?: readonly AzureLwtClient[];
  /** Name of the namespace, before the prefix; unique in the region. @default ns1 */
  readonly namespaceName?: string;
  /** Name of the resource group, before the prefix. @default rg1 */
  readonly resourceGroupName?: string;
  /** Whether the resource group exists already; its name then takes no prefix. @default false */
  readonly existingResourceGroup?: boolean;
  /** Azure region. @default westus2 */
  readonly location?: string;
  /**
   * Put in front of the names of namespace and resource group, so that two stages can live in one subscription:
   * letters, digits, `_` and `-`, starting with a letter.
   * @default - no prefix
   */
  readonly namePrefix?: string;
  /** Throughput units of the namespace, 1 to 40. @default 1 */
  readonly capacity?: number;
  /** Hours, 1 to 8, after which the namespace ends a session. @default 1 */
  readonly maximumSessionExpiryHours?: number;
  /** Seconds for which a sensor's session outlives its connection. @default - as long as the will delay */
  readonly sessionExpirySeconds?: number;
  /** How people or programs outside MQTT hear of a will, made for this stack. @default - they do not; routed messages cost money */
  readonly notificationPath?: (scope: Construct, resourceGroup: IResourceGroup) => NotificationPath;
  /** Tags of resource group and namespace. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Port of MQTT over TLS. */
const MQTT_PORT = 8883;
const DEFAULT_NAMESPACE_NAME = 'ns1';

/** Warning: a namespace name that somebody else in the region probably has. */
export const COMMON_NAMESPACE_NAME_WARNING = 'lastwill:namespaceNameNotUnique';

/**
 * Last-will presence that deploys as it is: actuators hear at once when a sensor drops off. Names and topics are fixed so
 * that device software can rely on them.
 * @see https://techcommunity.microsoft.com/t5/messaging-on-azure-blog/announcing-mqtt-last-will-and-testament-public-preview-in-azure/ba-p/4111094
 */
export class AzureLwtStack extends TerraformStack {
  readonly namespace: EventGridNamespace;
  readonly monitor: LwtMonitor;

  #backendIsImplied = false;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: AzureLwtStackProps) {
    super(scope, id);
    new AzapiProvider(this, 'azapi');
    const resourceGroup = this.#resourceGroup(props);
    this.namespace = this.#createNamespace(props, resourceGroup);
    const [sensors, actuators] = [this.#group('sensors', 'sensor'), this.#group('actuators', 'actuator')];
    const { watchers = [] } = props;
    this.monitor = new LwtMonitor(this, 'Monitor', {
      ...props,
      namespace: this.namespace,
      publishers: sensors,
      subscribers: actuators,
      watchers: watchers.length === 0 ? undefined : this.#group('watchers', 'watcher'),
      notificationPath: props.notificationPath?.(this, resourceGroup),
      names: {
        publishSpace: 'lwtPub',
        subscribeSpace: 'lwtSub',
        publishBinding: 'sensorsPub',
        subscribeBinding: 'actuatorsSub',
        watchBinding: 'watchersSub',
      },
    });
    const settings = this.#addClients({ ...props, watchers });
    this.#describe(settings);
  }

  /** Keeps cdktf from adding a backend of its own, which writes an absolute path of this machine. */
  override ensureBackendExists(): TerraformBackend {
    if (this.node.tryFindChild('backend') === undefined) this.#backendIsImplied = true;
    return super.ensureBackendExists();
  }

  override toTerraform(): ReturnType<TerraformStack['toTerraform']> {
    const template = super.toTerraform();
    if (!this.#backendIsImplied) return template;
    const { backend: _implied, ...terraform } = template.terraform;
    return { ...template, terraform };
  }

  #resourceGroup(props: AzureLwtStackProps): IResourceGroup {
    const { resourceGroupName = 'rg1', location = 'westus2', tags } = props;
    if (props.existingResourceGroup === true) {
      return ResourceGroup.fromResourceGroupName(this, 'ResourceGroup', { resourceGroupName, location });
    }
    const name = namesWithPrefix(props.namePrefix).name(resourceGroupName);
    return new ResourceGroup(this, 'ResourceGroup', { resourceGroupName: name, location, tags });
  }

  #createNamespace(props: AzureLwtStackProps, resourceGroup: IResourceGroup): EventGridNamespace {
    const { namespaceName = DEFAULT_NAMESPACE_NAME, capacity, maximumSessionExpiryHours, tags } = props;
    const name = namesWithPrefix(props.namePrefix?.replaceAll('_', '-')).name(namespaceName);
    if (name === DEFAULT_NAMESPACE_NAME) {
      const message = `namespace names are unique in a region and '${name}' is probably taken; choose another or a prefix`;
      Warnings.of(this).add(COMMON_NAMESPACE_NAME_WARNING, message);
    }
    return new EventGridNamespace(this, 'Namespace', {
      namespaceName: name,
      resourceGroup,
      capacity,
      maximumSessionExpiryHours,
      tags,
    });
  }

  #group(groupName: string, type: string): ClientGroup {
    const query = ClientGroupQuery.raw(`attributes.type='${type}'`);
    return new ClientGroup(this, groupName, { namespace: this.namespace, groupName, query });
  }

  #addClients(
    props: Pick<Required<AzureLwtStackProps>, 'sensors' | 'actuators' | 'watchers'>,
  ): Readonly<Record<string, Partial<DeviceSettings>>> {
    const settings: Record<string, Partial<DeviceSettings>> = {};
    const scope = new Construct(this, 'Clients');
    for (const sensor of props.sensors) {
      const client = this.#addClient(scope, sensor, 'sensor');
      this.monitor.addDevice(client);
      settings[sensor.name] = this.monitor.settingsOf(client);
    }
    const listeners = [
      ...props.actuators.map((client) => ({ client, type: 'actuator' })),
      ...props.watchers.map((client) => ({ client, type: 'watcher' })),
    ];
    for (const { client, type } of listeners) {
      const { authenticationName } = this.#addClient(scope, client, type);
      settings[client.name] = { username: authenticationName, clientId: authenticationName };
    }
    return settings;
  }

  #addClient(scope: Construct, { name, thumbprints }: AzureLwtClient, type: string): MqttClient {
    return new MqttClient(scope, name, {
      namespace: this.namespace,
      certificateAuthentication: CertificateAuthentication.byThumbprint(...thumbprints),
      attributes: { type },
    });
  }

  #describe(settings: Readonly<Record<string, Partial<DeviceSettings>>>): void {
    const output = (id: string, value: unknown, description: string): void => {
      new TerraformOutput(this, id, { value, description });
    };
    output('mqtt_hostname', this.namespace.mqttHostname, 'Host that MQTT clients connect to');
    output('mqtt_port', MQTT_PORT, 'Port of MQTT over TLS');
    output('client_settings', settings, 'What each client must be told to connect and, if it leaves a will, which');
  }
}

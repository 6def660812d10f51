import { Construct } from 'constructs';
import { AzapiResource } from './azapi/azapi-resource';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { armIdProblems, defaultResourceName, patternProblems, refuse } from './property-checks';
import type { IResourceGroup } from './resource-group';

const API_VERSION = '2023-11-01';
/** The part of a namespace that MQTT clients connect to; `topic` would be its HTTP side. */
const MQTT_GROUP = 'topicspace';

/** Properties of {@link PrivateEndpoint}. */
export interface PrivateEndpointProps {
  /** The namespace that is reached. */
  readonly namespace: IEventGridNamespace;
  /** Where the endpoint is created. */
  readonly resourceGroup: IResourceGroup;
  /** ARM id of the subnet in which the endpoint gets its address. */
  readonly subnetId: string;
  /** ARM id of the private DNS zone `privatelink.ts.eventgrid.azure.net`. @default - the address is made known otherwise */
  readonly privateDnsZoneId?: string;
  /** 2 to 64 letters, digits, dots, hyphens and underscores. @default - made from the construct's path */
  readonly endpointName?: string;
  /** Azure region of the subnet. @default - the resource group's location */
  readonly location?: string;
  /** Azure tags of the endpoint, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * An address in a virtual network at which MQTT clients reach a namespace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/configure-private-endpoints-mqtt
 */
export class PrivateEndpoint extends Construct {
  /** ARM id, as a reference. */
  readonly endpointId: string;

  constructor(scope: Construct, id: string, props: PrivateEndpointProps) {
    super(scope, id);
    const rule = '2 to 64 letters, digits, dots, hyphens and underscores';
    refuse(this, [
      ...armIdProblems('subnetId', props.subnetId),
      ...armIdProblems('privateDnsZoneId', props.privateDnsZoneId),
      ...patternProblems('endpointName', props.endpointName, /^[a-zA-Z0-9][\w.-]{0,62}\w$/, rule),
    ]);
    this.endpointId = this.#createEndpoint(props);
    if (props.privateDnsZoneId !== undefined) this.#addToZone(props.privateDnsZoneId);
    props.namespace.contents.privateEndpoints.push(this.node.path);
  }

  #createEndpoint(props: PrivateEndpointProps): string {
    const { namespace, resourceGroup, subnetId, tags } = props;
    const name = props.endpointName ?? defaultResourceName(this);
    const connection = { privateLinkServiceId: namespace.namespaceId, groupIds: [MQTT_GROUP] };
    const resource = new AzapiResource(this, 'Default', {
      type: `Microsoft.Network/privateEndpoints@${API_VERSION}`,
      name,
      parentId: resourceGroup.resourceGroupId,
      location: props.location ?? resourceGroup.location,
      body: {
        properties: { subnet: { id: subnetId }, privateLinkServiceConnections: [{ name, properties: connection }] },
      },
      tags,
    });
    return resource.resourceId;
  }

  #addToZone(privateDnsZoneId: string): void {
    new AzapiResource(this, 'Zone', {
      type: `Microsoft.Network/privateEndpoints/privateDnsZoneGroups@${API_VERSION}`,
      name: 'default',
      parentId: this.endpointId,
      body: { properties: { privateDnsZoneConfigs: [{ name: 'mqtt', properties: { privateDnsZoneId } }] } },
    });
  }
}

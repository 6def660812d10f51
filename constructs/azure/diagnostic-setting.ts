import { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { AzapiResource } from './azapi/azapi-resource';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { armIdProblems, defaultResourceName, memberProblems, refuse } from './property-checks';

/** What a namespace can write down of its clients. */
export enum MqttLogCategory {
  SUCCESSFUL_CONNECTIONS = 'SuccessfulMqttConnections',
  FAILED_CONNECTIONS = 'FailedMqttConnections',
  DISCONNECTIONS = 'MqttDisconnections',
  FAILED_PUBLISHES = 'FailedMqttPublishedMessages',
  FAILED_SUBSCRIPTIONS = 'FailedMqttSubscriptionOperations',
}

/** Properties of {@link DiagnosticSetting}. */
export interface DiagnosticSettingProps {
  /** The namespace whose logs they are. */
  readonly namespace: IEventGridNamespace;
  /** Name of the setting. @default - made from the construct's path */
  readonly settingName?: string;
  /** ARM id of the Log Analytics workspace that gets them. @default - none; a storage account must get them */
  readonly workspaceId?: string;
  /** ARM id of the storage account that keeps them. @default - none; a workspace must get them */
  readonly storageAccountId?: string;
  /** What is written down. @default - everything about MQTT */
  readonly categories?: readonly MqttLogCategory[];
  /** Whether the metrics go there too. @default false */
  readonly metrics?: boolean;
}

/**
 * Sends what a namespace writes down of its clients to a workspace or storage account. Azure takes a category of a
 * namespace once per workspace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/monitor-mqtt-delivery-reference
 */
export class DiagnosticSetting extends Construct {
  constructor(scope: Construct, id: string, props: DiagnosticSettingProps) {
    super(scope, id);
    const { namespace, workspaceId, storageAccountId, metrics = false } = props;
    const categories = props.categories ?? Object.values(MqttLogCategory);
    refuse(this, settingProblems(props, categories));
    new AzapiResource(this, 'Default', {
      type: 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview',
      name: props.settingName ?? defaultResourceName(this),
      parentId: namespace.namespaceId,
      body: {
        properties: {
          workspaceId,
          storageAccountId,
          // A table for each category, instead of one for all resources of the workspace.
          logAnalyticsDestinationType: workspaceId === undefined ? undefined : 'Dedicated',
          logs: categories.map((category) => ({ category, enabled: true })),
          metrics: metrics ? [{ category: 'AllMetrics', enabled: true }] : [],
        },
      },
    });
  }
}

function settingProblems(props: DiagnosticSettingProps, categories: readonly MqttLogCategory[]): string[] {
  const { workspaceId, storageAccountId, metrics = false } = props;
  return [
    ...(workspaceId === undefined && storageAccountId === undefined
      ? ['workspaceId or storageAccountId must be given, got neither']
      : []),
    ...armIdProblems('workspaceId', workspaceId),
    ...armIdProblems('storageAccountId', storageAccountId),
    ...(categories.length === 0 && !metrics ? [mustBe('categories', 'at least one, or metrics: true', [])] : []),
    ...categories.flatMap((category, index) =>
      memberProblems(`categories[${index}]`, category, Object.values(MqttLogCategory)),
    ),
  ];
}

import { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { AzapiResource } from './azapi/azapi-resource';
import { DiagnosticSetting, MqttLogCategory } from './diagnostic-setting';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { armIdProblems, defaultResourceName, refuse } from './property-checks';
import type { IResourceGroup } from './resource-group';

/** Properties of {@link DisconnectAlert}. */
export interface DisconnectAlertProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** Where it is created. */
  readonly resourceGroup: IResourceGroup;
  /** ARM id of the Log Analytics workspace that receives the namespace's logs. */
  readonly workspaceId: string;
  /**
   * Whether the workspace receives the disconnections already, e.g. by a {@link DiagnosticSetting}: Azure takes a category
   * once per workspace.
   * @default false
   */
  readonly workspaceHasLogs?: boolean;
  /** E-mail addresses; at least one. */
  readonly emailAddresses: readonly string[];
}

const QUERY = "EGNMqttDisconnections | where ResultSignature != 'ClientInitiatedDisconnect'";

/**
 * E-mail when clients lose their connection, by the namespace's logs: minutes late, and it sees the disconnect, never
 * the will.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/monitor-mqtt-delivery-reference
 */
export class DisconnectAlert extends Construct {
  constructor(scope: Construct, id: string, props: DisconnectAlertProps) {
    super(scope, id);
    const { emailAddresses } = props;
    refuse(this, [
      ...(emailAddresses.length > 0 ? [] : [mustBe('emailAddresses', 'at least one address', emailAddresses)]),
      ...armIdProblems('workspaceId', props.workspaceId),
    ]);
    if (props.workspaceHasLogs !== true) {
      const { namespace, workspaceId } = props;
      new DiagnosticSetting(this, 'Logs', { namespace, workspaceId, categories: [MqttLogCategory.DISCONNECTIONS] });
    }
    this.#createRule(props, this.#createActionGroup(props));
  }

  #createActionGroup({ resourceGroup, emailAddresses }: DisconnectAlertProps): AzapiResource {
    return new AzapiResource(this, 'ActionGroup', {
      type: 'Microsoft.Insights/actionGroups@2023-01-01',
      name: defaultResourceName(this),
      parentId: resourceGroup.resourceGroupId,
      location: 'global',
      body: {
        properties: {
          groupShortName: 'lastwill',
          enabled: true,
          emailReceivers: emailAddresses.map((emailAddress, index) => ({
            name: `email${index + 1}`,
            emailAddress,
            useCommonAlertSchema: true,
          })),
        },
      },
    });
  }

  #createRule({ resourceGroup, workspaceId }: DisconnectAlertProps, actionGroup: AzapiResource): void {
    const condition = {
      query: QUERY,
      timeAggregation: 'Count',
      operator: 'GreaterThan',
      threshold: 0,
      dimensions: [{ name: 'ClientIdentity', operator: 'Include', values: ['*'] }],
      failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
    };
    new AzapiResource(this, 'Rule', {
      type: 'Microsoft.Insights/scheduledQueryRules@2023-12-01',
      name: defaultResourceName(this),
      parentId: resourceGroup.resourceGroupId,
      location: resourceGroup.location,
      body: {
        kind: 'LogAlert',
        properties: {
          severity: 2,
          enabled: true,
          scopes: [workspaceId],
          evaluationFrequency: 'PT5M',
          windowSize: 'PT5M',
          criteria: { allOf: [condition] },
          actions: { actionGroups: [actionGroup.resourceId] },
          // The table exists once the first disconnect has been logged.
          skipQueryValidation: true,
        },
      },
    });
  }
}

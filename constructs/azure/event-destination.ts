import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import type { JsonValue } from './azapi/azapi-settings';
import { armIdProblems } from './property-checks';
import { isUnresolved } from './terraform-text';

/**
 * Where an event subscription delivers.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/event-handlers
 */
export class EventDestination {
  /**
   * An HTTPS endpoint, which must answer the CloudEvents handshake (OPTIONS with `WebHook-Request-Origin`). A URL that
   * holds a secret belongs in a sensitive Terraform variable.
   */
  static webhook(url: string): EventDestination {
    if (!isUnresolved(url) && !/^https:\/\/[^\s]+$/.test(url)) {
      throw new LastwillError('OPTION_INVALID', mustBe('url', 'an https URL', url));
    }
    return new EventDestination('WebHook', { endpointUrl: url });
  }

  /** A function, by the ARM id of the function inside its app. */
  static azureFunction(functionId: string): EventDestination {
    return new EventDestination('AzureFunction', { resourceId: armId('functionId', functionId) });
  }

  /** A storage queue, by the ARM id of its account and its name. */
  static storageQueue(storageAccountId: string, queueName: string): EventDestination {
    const resourceId = armId('storageAccountId', storageAccountId);
    return new EventDestination('StorageQueue', { resourceId, queueName });
  }

  /** A Service Bus queue, by its ARM id. */
  static serviceBusQueue(queueId: string): EventDestination {
    return new EventDestination('ServiceBusQueue', { resourceId: armId('queueId', queueId) });
  }

  /** A Service Bus topic, by its ARM id. */
  static serviceBusTopic(topicId: string): EventDestination {
    return new EventDestination('ServiceBusTopic', { resourceId: armId('topicId', topicId) });
  }

  /** As ARM spells it. */
  readonly body: JsonValue;
  /** True for a URL with a query, which is where webhooks keep their secrets. */
  readonly mayHoldSecret: boolean;

  private constructor(endpointType: string, properties: Readonly<Record<string, string>>) {
    this.body = { endpointType, properties };
    const { endpointUrl } = properties;
    this.mayHoldSecret = endpointUrl !== undefined && !isUnresolved(endpointUrl) && endpointUrl.includes('?');
  }
}

function armId(prop: string, value: string): string {
  throwIfAny('OPTION_INVALID', armIdProblems(prop, value));
  return value;
}

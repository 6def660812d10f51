import type { Cloud } from '../../presence/lwt-options';

/**
 * What somebody needs to be allowed who may not subscribe, in the words of their cloud.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
 */
export function whatToAllow(cloud: Cloud, filters: readonly string[]): string {
  if (cloud === 'azure') {
    return `give a group of this client a Subscriber binding on a topic space with the template ${filters.join(' and ')}`;
  }
  const subscribe = filters.map((filter) => `topicfilter/${filter}`).join(' and ');
  const receive = filters.map((filter) => `topic/${filter.replaceAll(/[+#]/g, '*')}`).join(' and ');
  return `allow iot:Subscribe on ${subscribe} and iot:Receive on ${receive}`;
}

/** What a watcher needs to connect at all. */
export function whatLetsConnect(cloud: Cloud, clientId: string): string {
  if (cloud === 'aws') return `allow iot:Connect on client/${clientId}`;
  return `the namespace needs an enabled client with the authentication name ${clientId} and this certificate`;
}

import { LastwillError } from '../../../presence/errors';
import { covers } from '../../../semantics/event-grid/covering';
import { parseTopicTemplate } from '../../../semantics/event-grid/topic-template';
import { isSettled } from './access-control';
import type { AzurePorts } from './ports';

/** Built-in role EventGrid TopicSpaces Subscriber. */
const SUBSCRIBER_ROLE = '4b0f2fd7-60b4-4eca-896f-4435034f8bf5';

/**
 * Principals of Entra ID that may subscribe to the will by their role on a topic space, with tokens in place of
 * certificates; `undefined` when roles may not be read. What variables in templates mean for them is not documented:
 * templates that have some do not count.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-microsoft-entra-token-and-rbac
 */
export async function entraListeners(ports: AzurePorts): Promise<readonly string[] | undefined> {
  const { willTopic } = ports.subject;
  const spaces = (await ports.topicSpaces()).filter(
    ({ properties }) =>
      isSettled(properties) && (properties.topicTemplates ?? []).some((template) => coversAlone(template, willTopic)),
  );
  const found = new Set<string>();
  try {
    for (const { id } of spaces) {
      for (const { properties } of await ports.roleAssignments(id)) {
        const isSubscriber = properties.roleDefinitionId?.toLowerCase().endsWith(SUBSCRIBER_ROLE) === true;
        if (isSubscriber && properties.principalId !== undefined) found.add(properties.principalId);
      }
    }
  } catch (error) {
    if (error instanceof LastwillError) return undefined;
    throw error;
  }
  return [...found];
}

function coversAlone(template: string, topic: string): boolean {
  try {
    return parseTopicTemplate(template).parts.every(({ kind }) => kind === 'text') && covers(template, topic);
  } catch (error) {
    if (error instanceof LastwillError) return false;
    throw error;
  }
}

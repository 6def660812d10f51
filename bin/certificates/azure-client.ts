import { NamespaceContents } from '../../cloud-clients/azure/namespace-contents';
import { findNamespace } from '../../cloud-clients/azure/namespaces';
import type { MqttClient } from '../../cloud-clients/azure/resources';
import { openAzure } from '../cloud/open-azure';

/** Which Azure, and which namespace of it. */
export interface AzureChoice {
  readonly subscription?: string;
  readonly resourceGroup?: string;
  readonly namespace?: string;
  /** State folder of the embedded cloud, should `AZURE_ENDPOINT_URL` name that. */
  readonly state: string;
}

/**
 * A client of a namespace by its authentication name; `undefined` when there is none.
 * @throws LastwillError CLOUD_CALL_FAILED, NOT_DEPLOYED, OPTION_INVALID that says what to do.
 * @public loaded where it is needed
 */
export async function findClient(
  name: string,
  { state, subscription, ...choice }: AzureChoice,
): Promise<MqttClient | undefined> {
  const { session } = openAzure({ state, ...(subscription === undefined ? {} : { subscription }) });
  const { id } = await findNamespace(session, choice);
  return new NamespaceContents(session, id).client(name);
}

import type { MqttClient } from '../../../cloud-clients/azure/resources';
import { type Outcome, unknown } from '../check';
import type { AzurePorts } from './ports';

/** The device's client, or the outcome of a check that needs one: the check of the client tells what is wrong. */
export type RegisteredClient =
  | { readonly client: MqttClient; readonly missing?: undefined }
  | { readonly client?: undefined; readonly missing: Outcome };

/** Finds the client of the device. */
export async function registeredClient(ports: AzurePorts): Promise<RegisteredClient> {
  const client = await ports.client();
  return client === undefined ? { missing: unknown('there is no client to ask about') } : { client };
}

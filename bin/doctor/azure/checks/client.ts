import { type Check, failed, ok, unknown } from '../../check';
import { isSettled } from '../access-control';
import type { AzurePorts } from '../ports';

/** More names than this help nobody. */
const NAMES_SHOWN = 10;

export const client: Check<AzurePorts> = {
  name: 'client',
  what: 'the namespace has a client with that authentication name, and it is enabled',
  why: 'Event Grid lets in no one whom it does not know, or who is disabled',
  run: async (ports) => {
    const { device } = ports.subject;
    const found = await ports.client();
    if (found === undefined) {
      return failed(
        `no client of the namespace has the authentication name ${device}; it knows ${await namesOf(ports)}`,
        'name one with --device, or deploy the client (terraform apply)',
      );
    }
    const { name, properties } = found;
    const { state, provisioningState } = properties;
    if (state === 'Disabled') return failed(`client ${name} is disabled`, "set its state to 'Enabled' and deploy");
    if (!isSettled(properties)) return unknown(`client ${name} is ${provisioningState}: wait until it has Succeeded`);
    const { authenticationName = name } = properties;
    // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients#client-authentication-name
    return ok(
      authenticationName === device ? name : `${name}, stored as ${authenticationName}: topics need that spelling`,
    );
  },
};

async function namesOf(ports: AzurePorts): Promise<string> {
  const { clients, complete } = await ports.clients();
  const names = clients.slice(0, NAMES_SHOWN).map(({ name, properties }) => properties.authenticationName ?? name);
  if (names.length === 0) return 'none';
  return `${names.join(', ')}${complete && clients.length <= NAMES_SHOWN ? '' : ' and others'}`;
}

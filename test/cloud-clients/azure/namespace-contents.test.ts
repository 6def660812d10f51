import { roleAssignments } from '../../../cloud-clients/azure/message-routes';
import { NamespaceContents } from '../../../cloud-clients/azure/namespace-contents';
import { type ArmAnswer, type ArmServer, armErrorBody, serveArm } from './arm-server';

const NAMESPACE = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns1';
const client = (name: string, authenticationName = name) => ({ name, properties: { authenticationName } });
const NOT_FOUND: ArmAnswer = { status: 404, body: armErrorBody('ResourceNotFound', 'not there') };

let server: ArmServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function answering(answer: (path: string, call: number) => ArmAnswer): Promise<ArmServer> {
  server = await serveArm(answer);
  return server;
}

test('the client whose resource has the authentication name is found without reading all of them', async () => {
  const { session, asked } = await answering(() => ({ body: client('sensor1') }));

  expect(await new NamespaceContents(session, NAMESPACE).client('sensor1')).toMatchObject({ name: 'sensor1' });
  expect(asked).toEqual([`${NAMESPACE}/clients/sensor1?api-version=2025-02-15`]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients
test('a client is found by its authentication name whatever its case, on any page', async () => {
  const { session, origin } = await answering((path) => {
    if (path.includes('/clients/')) return NOT_FOUND;
    return path.includes('skiptoken')
      ? { body: { value: [client('second', 'Pump/7')] } }
      : { body: { value: [client('first')], nextLink: `${origin}${path}&$skiptoken=1` } };
  });

  expect(await new NamespaceContents(session, NAMESPACE).client('pump/7')).toMatchObject({ name: 'second' });
});

test('a resource of that name with another authentication name is another client', async () => {
  const { session } = await answering((path) =>
    path.includes('/clients/sensor1')
      ? { body: client('sensor1', 'somebody-else') }
      : { body: { value: [client('sensor1', 'somebody-else')] } },
  );

  expect(await new NamespaceContents(session, NAMESPACE).client('sensor1')).toBeUndefined();
});

test('no more clients are read than are worth looking at, and it says that there are more', async () => {
  const { session, origin, asked } = await answering((path, call) => ({
    body: { value: [client(`c${call}`), client(`d${call}`)], nextLink: `${origin}${path.split('&')[0]}&p=${call}` },
  }));

  const { clients, complete } = await new NamespaceContents(session, NAMESPACE).clients(3);

  expect(clients.map(({ name }) => name)).toEqual(['c1', 'd1', 'c2', 'd2']);
  expect(complete).toBe(false);
  expect(asked).toHaveLength(3);
});

test('clients that are all there are, are all', async () => {
  const { session } = await answering(() => ({ body: { value: [client('a'), client('b')] } }));

  expect(await new NamespaceContents(session, NAMESPACE).clients(2)).toMatchObject({ complete: true });
});

// https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest
test('roles are asked for at and above a resource, those through groups included', async () => {
  const { session, asked } = await answering(() => ({ body: { value: [] } }));

  await roleAssignments(session, `${NAMESPACE}/topics/t`, 'p1');
  await roleAssignments(session, NAMESPACE);

  expect(asked).toEqual([
    `${NAMESPACE}/topics/t/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope() and assignedTo('p1')`,
    `${NAMESPACE}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`,
  ]);
});

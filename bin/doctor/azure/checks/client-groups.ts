import { explainGroupQuery } from '../../../../semantics/event-grid/group-query/evaluate';
import { type MqttClientIdentity, printAttributeValue } from '../../../../semantics/event-grid/mqtt-client-identity';
import { type BoundGroup, isInGroup } from '../../../../semantics/event-grid/permission-bindings';
import { type Check, failed, ok, unknown } from '../../check';
import { accessControl, identityOf } from '../access-control';
import type { AzurePorts } from '../ports';
import { registeredClient } from '../registered-client';

export const clientGroups: Check<AzurePorts> = {
  name: 'client groups',
  what: 'the client is in a group that a permission binding names',
  why: 'permissions are given to groups, never to a client alone',
  run: async (ports) => {
    const { client, missing } = await registeredClient(ports);
    if (client === undefined) return missing;
    const { groups, bindings } = await accessControl(ports);
    const identity = identityOf(client);
    const isIn = (group: BoundGroup): boolean => isInGroup(identity, group) === true;
    const bound = bindings.map(({ group }) => group).filter(isIn);
    const names = [...new Set([...groups.filter(isIn), ...bound].map(({ name }) => name))];
    if (bound.length > 0) return ok(names.join(', '));
    const unclear = groups.filter(({ query }) => query === undefined).map(({ name }) => name);
    if (unclear.length > 0) return unknown(`the query of ${unclear.join(', ')} is not understood here`);
    if (names.length > 0) {
      return failed(`no permission binding names ${names.join(' or ')}`, 'bind a group of the client to a topic space');
    }
    return failed(notIn(groups, identity), 'give the client the attributes that a query asks for, and deploy');
  },
};

function notIn(groups: readonly BoundGroup[], identity: MqttClientIdentity): string {
  const entries = Object.entries(identity.attributes);
  const attributes = entries.map(([key, value]) => `${key} ${printAttributeValue(value)}`).join(', ');
  const looks = groups.flatMap(({ name, query }) =>
    typeof query === 'object' ? [`${name} (${explainGroupQuery(query, identity)})`] : [],
  );
  const known = looks.length === 0 ? 'there are none' : `not in ${looks.join(', ')}`;
  return `the client, whose attributes are ${attributes === '' ? 'none' : attributes}, is in no client group: ${known}`;
}

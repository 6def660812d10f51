import type { AccountThingGroup, AwsAccount } from '../ports';
import { idOf, thingOf } from './iot-things';
import { pathParameter, type RestCall, type RestOperation, restPage, timestamp } from './rest-operation';
import { notFound } from './service-error';

/** Thing groups. @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeThingGroup.html */
export const thingGroupOperations: readonly RestOperation[] = [
  {
    name: 'ListThingGroups',
    method: 'GET',
    path: '/thing-groups',
    answer: (call, { registry }) => listed(call, [...registry.thingGroups.values()].filter(wantedBy(call))),
  },
  {
    name: 'ListThingGroupsForThing',
    method: 'GET',
    path: '/things/{thingName}/thing-groups',
    answer: (call, account) => {
      const names = account.registry.groupsOf(thingOf(call, account).name);
      return listed(
        call,
        names.flatMap((name) => account.registry.thingGroups.get(name) ?? []),
      );
    },
  },
  { name: 'DescribeThingGroup', method: 'GET', path: '/thing-groups/{thingGroupName}', answer: describeThingGroup },
  {
    name: 'ListThingsInThingGroup',
    method: 'GET',
    path: '/thing-groups/{thingGroupName}/things',
    answer: (call, { registry }) => {
      const { name } = groupOf(call, registry);
      const members = [...registry.things.keys()].filter((thing) => registry.groupsOf(thing).includes(name));
      const { items, next } = restPage(members, call);
      return { things: items, nextToken: next };
    },
  },
];

type Registry = AwsAccount['registry'];

function listed(call: RestCall, groups: readonly AccountThingGroup[]) {
  const { items, next } = restPage(groups, call);
  return { thingGroups: items.map(({ name, arn }) => ({ groupName: name, groupArn: arn })), nextToken: next };
}

function wantedBy({ query }: RestCall): (group: AccountThingGroup) => boolean {
  const [prefix, parent] = [query.get('namePrefixFilter') ?? '', query.get('parentGroup')];
  return ({ name, parentName }) => name.startsWith(prefix) && (parent === null || parentName === parent);
}

function describeThingGroup(call: RestCall, account: AwsAccount) {
  const { name, arn, parentName, queryString } = groupOf(call, account.registry);
  return {
    thingGroupName: name,
    thingGroupId: idOf(arn),
    thingGroupArn: arn,
    version: 1,
    thingGroupProperties: {},
    thingGroupMetadata: { parentGroupName: parentName, creationDate: timestamp(account.createdAt) },
    ...(queryString === undefined ? {} : { queryString, indexName: 'AWS_Things', status: 'ACTIVE' }),
  };
}

function groupOf(call: RestCall, { thingGroups }: Registry): AccountThingGroup {
  const name = pathParameter(call, 'thingGroupName');
  const group = thingGroups.get(name);
  if (group === undefined) throw notFound(`Thing group ${name}`);
  return group;
}

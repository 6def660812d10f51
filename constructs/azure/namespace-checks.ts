import { EVENT_GRID_LIMITS } from '../../presence/limits';
import type { Binding } from '../../semantics/event-grid/permission-bindings';
import { attributeKeys } from '../../semantics/event-grid/topic-template';
import type { DeclaredClient, NamespaceContents } from './namespace-contents';
import { isMember, judgePublish } from './publish-proof';
import type { Warning } from './warnings';

/** Everything that is wrong with a namespace as a whole, in words. */
export function namespaceProblems(contents: NamespaceContents): string[] {
  return [
    ...countProblems(contents),
    ...duplicateProblems(contents),
    ...caCertificateProblems(contents),
    ...contents.clients.flatMap((client) => willProblems(contents, client)),
    ...contents.rules.flatMap((rule) => rule(contents).problems),
  ];
}

/** Everything that is legal but risky in a namespace as a whole. */
export function namespaceWarnings(contents: NamespaceContents): Warning[] {
  return [
    ...clientCountWarnings(contents),
    ...sharedCertificateWarnings(contents),
    ...contents.bindings.flatMap((binding) => emptyGroupWarnings(contents, binding)),
    ...contents.bindings.flatMap((binding) => unknownAttributeWarnings(contents, binding)),
    ...contents.clients.flatMap((client) => unprovedWillWarnings(contents, client)),
    ...contents.rules.flatMap((rule) => rule(contents).warnings),
  ];
}

function countProblems(contents: NamespaceContents): string[] {
  const limits = EVENT_GRID_LIMITS;
  const counts: [what: string, count: number, limit: number][] = [
    ['client groups', contents.groups.length, limits.maximumClientGroups],
    ['topic spaces', contents.topicSpaces.length, limits.maximumTopicSpaces],
    ['permission bindings', contents.bindings.length, limits.maximumPermissionBindings],
    ['CA certificates', contents.caCertificates.length, limits.maximumCaCertificates],
  ];
  return counts
    .filter(([, count, limit]) => count > limit)
    .map(([what, count, limit]) => `the namespace's ${what} must be at most ${limit}, got ${count}`);
}

function duplicateProblems(contents: NamespaceContents): string[] {
  const names: [what: string, names: readonly (string | undefined)[]][] = [
    ["clients' authenticationName", contents.clients.map((client) => client.authenticationName)],
    ['client group names', contents.groups.map((group) => group.name)],
    ['topic space names', contents.topicSpaces.map((space) => space.name)],
    ['permission binding names', contents.bindings.map((binding) => binding.name)],
    ['CA certificate names', contents.caCertificates],
  ];
  return names.flatMap(([what, all]) => {
    const lower = all.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
    const repeated = [...new Set(lower.filter((name, index) => lower.indexOf(name) !== index))];
    return repeated.map((name) => `${what} must be unique whatever their case, got '${name}' more than once`);
  });
}

function caCertificateProblems(contents: NamespaceContents): string[] {
  const client = contents.clients.find((candidate) => candidate.needsCaCertificate);
  if (client === undefined || contents.caCertificates.length > 0 || contents.partial) return [];
  return [
    `client '${client.name}': certificateAuthentication must be by thumbprint unless the namespace has a CaCertificate, got none (add one, or set sharedWithOtherApps: true)`,
  ];
}

function willProblems(contents: NamespaceContents, client: DeclaredClient): string[] {
  return client.wills.flatMap(({ topic }) => {
    if (topic === undefined) return [];
    const verdict = judgePublish(contents, client, topic);
    if (verdict.kind !== 'denied') return [];
    return [
      `client '${client.name}': will topic '${topic}' must be covered by a topic template of a Publisher binding of the client, got none; ${verdict.nearest}`,
    ];
  });
}

function unprovedWillWarnings(contents: NamespaceContents, client: DeclaredClient): Warning[] {
  const unproved = client.wills.some(
    ({ topic }) => topic === undefined || judgePublish(contents, client, topic).kind === 'unknown',
  );
  if (!unproved) return [];
  const message = `client '${client.name}': whether it may publish its will is only known at deployment`;
  return [{ id: 'lastwill:willCannotBeChecked', message }];
}

function clientCountWarnings({ clients, throughputUnits }: NamespaceContents): Warning[] {
  if (throughputUnits === undefined) return [];
  const limit = throughputUnits * EVENT_GRID_LIMITS.maximumClientsPerThroughputUnit;
  if (clients.length <= limit) return [];
  const message = `${clients.length} clients are more than the ${limit} that capacity ${throughputUnits} allows`;
  return [{ id: 'lastwill:clientsExceedCapacity', message }];
}

function sharedCertificateWarnings({ clients }: NamespaceContents): Warning[] {
  const holders = new Map<string, string>();
  return clients.flatMap(({ name, thumbprints }) =>
    thumbprints.flatMap((thumbprint) => {
      const other = holders.get(thumbprint);
      holders.set(thumbprint, name);
      if (other === undefined || other === name) return [];
      const message = `client '${name}' has the thumbprint ${thumbprint.slice(0, 8)}... of '${other}' too: whoever holds its key can connect as both`;
      return [{ id: 'lastwill:sharedCertificate', message }];
    }),
  );
}

function emptyGroupWarnings(contents: NamespaceContents, { name, group }: Binding): Warning[] {
  const members = contents.clients.map((client) => isMember(client, group));
  if (contents.partial || group.query === undefined || members.some((member) => member !== false)) return [];
  const message = `permission binding '${name}': no client of this app is in the group '${group.name}'`;
  return [{ id: 'lastwill:groupMatchesNoClient', message }];
}

function unknownAttributeWarnings(contents: NamespaceContents, { group, topicSpace }: Binding): Warning[] {
  const members = contents.clients.filter((client) => isMember(client, group) !== false);
  if (contents.partial || members.length === 0 || members.some((client) => client.attributes === undefined)) return [];
  const known = new Set(members.flatMap((client) => Object.keys(client.attributes ?? {})));
  const keys = (topicSpace.templates ?? []).flatMap((template) =>
    template === undefined ? [] : attributeKeys(template),
  );
  const unknown = [...new Set(keys)].filter((key) => !known.has(key));
  return unknown.map((key) => ({
    id: 'lastwill:templateAttributeUnknown',
    message: `topic space '${topicSpace.name}': no client in the group '${group.name}' has the attribute '${key}'`,
  }));
}

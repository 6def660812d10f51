import { EVENT_GRID_LIMITS } from '../../presence/limits';
import type { CertificateField } from '../../semantics/event-grid/client-certificate';
import type { ResolvedResource } from '../resolved-template';
import type { NamespaceSettings } from './registry';
import { type ResourceProblems, ResourceReader } from './resource-reader';

/** The namespace that a template is about. */
export interface FoundNamespace {
  readonly settings: NamespaceSettings;
  /** `undefined` when the namespace itself is declared elsewhere. */
  readonly reader: ResourceReader | undefined;
  readonly warnings: readonly string[];
}

const TYPE = 'microsoft.eventgrid/namespaces';
const CONFIGURATION = 'properties.topicSpacesConfiguration';
const SOURCES: Readonly<Record<string, CertificateField>> = {
  ClientCertificateSubject: 'Subject',
  ClientCertificateDns: 'Dns',
  ClientCertificateUri: 'Uri',
  ClientCertificateIp: 'Ip',
  ClientCertificateEmail: 'Email',
};

/** Names of all namespaces that resources declare, or to which they add something; those that are declared first. */
export function namespaceNames(resources: readonly ResolvedResource[]): string[] {
  const declared = resources.filter(isNamespace).map(({ attributes }) => attributes.name ?? '');
  const added = parentsOf(resources).map(nameIn);
  const all = [...declared, ...added];
  return all.filter((name, index) => all.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index);
}

/**
 * Finds the namespace to run.
 * @param wanted its name; without one it is the first that is declared, else the one to which most children belong
 */
export function findNamespace(
  resources: readonly ResolvedResource[],
  problems: ResourceProblems,
  wanted?: string,
): FoundNamespace {
  if (wanted !== undefined) return findByName(resources, problems, wanted);
  const [first, ...others] = resources.filter(isNamespace);
  if (first === undefined) return undeclared(parentsOf(resources));
  const reader = new ResourceReader(first, problems);
  const warnings = others.map(({ logicalId }) => `${logicalId} is skipped: one namespace runs at a time`);
  return { settings: read(reader), reader, warnings };
}

function findByName(
  resources: readonly ResolvedResource[],
  problems: ResourceProblems,
  wanted: string,
): FoundNamespace {
  const isWanted = (name: string | undefined): boolean => name?.toLowerCase() === wanted.toLowerCase();
  const declared = resources.find((resource) => isNamespace(resource) && isWanted(resource.attributes.name));
  const reader = declared === undefined ? undefined : new ResourceReader(declared, problems);
  if (reader !== undefined) return { settings: read(reader), reader, warnings: [] };
  const parents = parentsOf(resources).filter((parent) => isWanted(nameIn(parent)));
  if (parents.length === 0) {
    const names = namespaceNames(resources).map((name) => `'${name}'`);
    problems.add('namespace', `one of ${names.join(', ') || '(there are none)'}`, wanted);
  }
  return undeclared(parents);
}

function isNamespace({ type }: ResolvedResource): boolean {
  return type.toLowerCase() === TYPE;
}

/** Ids of the namespaces to which resources add something. */
function parentsOf(resources: readonly ResolvedResource[]): string[] {
  return resources
    .filter(({ type }) => type.toLowerCase().startsWith(`${TYPE}/`) && type.split('/').length === 3)
    .map(({ properties }) => String(properties.parent_id));
}

function nameIn(id: string): string {
  return id.split('/').pop() ?? id;
}

function read(reader: ResourceReader): NamespaceSettings {
  const { resource, name } = reader;
  const state = reader.member(`${CONFIGURATION}.state`, ['Enabled', 'Disabled']);
  if (state !== 'Enabled') {
    reader.refuse(`${CONFIGURATION}.state`, "'Enabled', or MQTT clients cannot connect", state);
  }
  const hours = reader.integer(
    `${CONFIGURATION}.maximumSessionExpiryInHours`,
    1,
    EVENT_GRID_LIMITS.maximumSessionExpiryHours,
  );
  const sources = reader.texts(`${CONFIGURATION}.clientAuthentication.alternativeAuthenticationNameSources`);
  return {
    name,
    id: resource.ref,
    maximumSessionExpirySeconds: (hours ?? 1) * 3600,
    maximumSessionsPerAuthenticationName:
      reader.integer(
        `${CONFIGURATION}.maximumClientSessionsPerAuthenticationName`,
        1,
        EVENT_GRID_LIMITS.maximumSessionsPerAuthenticationName,
      ) ?? 1,
    alternativeNameSources: sources.flatMap((source, index) => {
      const field = SOURCES[source];
      const path = `${CONFIGURATION}.clientAuthentication.alternativeAuthenticationNameSources[${index}]`;
      if (field === undefined) reader.refuse(path, `one of ${Object.keys(SOURCES).join(', ')}`, source);
      return field === undefined ? [] : [field];
    }),
  };
}

function undeclared(parents: readonly string[]): FoundNamespace {
  const count = (parent: string): number => parents.filter((other) => other === parent).length;
  const [id = 'namespace'] = [...new Set(parents)].sort((one, other) => count(other) - count(one));
  return {
    settings: {
      name: nameIn(id),
      id,
      maximumSessionExpirySeconds: 3_600,
      maximumSessionsPerAuthenticationName: 1,
      alternativeNameSources: [],
    },
    reader: undefined,
    warnings: [
      `the namespace '${id}' is not part of the template: it runs here with the settings that Azure starts with`,
    ],
  };
}

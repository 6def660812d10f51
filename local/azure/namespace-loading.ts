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

/** Finds the namespace to run: the first that is declared, else the one to which most children belong. */
export function findNamespace(resources: readonly ResolvedResource[], problems: ResourceProblems): FoundNamespace {
  const [first, ...others] = resources.filter(({ type }) => type.toLowerCase() === TYPE);
  if (first === undefined) return undeclared(resources);
  const reader = new ResourceReader(first, problems);
  const warnings = others.map(({ logicalId }) => `${logicalId} is skipped: one namespace runs at a time`);
  return { settings: read(reader), reader, warnings };
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

function undeclared(resources: readonly ResolvedResource[]): FoundNamespace {
  const parents = resources
    .filter(({ type }) => type.toLowerCase().startsWith(`${TYPE}/`) && type.split('/').length === 3)
    .map(({ properties }) => String(properties.parent_id));
  const count = (parent: string): number => parents.filter((other) => other === parent).length;
  const [id = 'namespace'] = [...new Set(parents)].sort((one, other) => count(other) - count(one));
  const name = id.split('/').pop() ?? id;
  return {
    settings: {
      name,
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

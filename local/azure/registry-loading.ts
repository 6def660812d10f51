import type { X509Certificate } from 'node:crypto';
import { LastwillError } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import {
  normalizeThumbprint,
  readCaCertificate,
  VALIDATION_SCHEMES,
  type ValidationScheme,
} from '../../semantics/event-grid/certificate-authentication';
import { parseGroupQuery } from '../../semantics/event-grid/group-query/parser';
import { attributeProblems, type ClientAttributes } from '../../semantics/event-grid/mqtt-client-identity';
import type { Binding, BoundGroup, BoundTopicSpace } from '../../semantics/event-grid/permission-bindings';
import { parseTopicTemplate } from '../../semantics/event-grid/topic-template';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import { checkNames } from './name-checks';
import { findNamespace } from './namespace-loading';
import type { AzureRegistry, RegisteredClient } from './registry';
import { ResourceProblems, ResourceReader } from './resource-reader';
import { EVENT_SUBSCRIPTION, loadRouting } from './routing-loading';

const CHILD = 'Microsoft.EventGrid/namespaces/';
/** Types that do nothing here, and need no word about it. */
const SILENT = [
  /^Microsoft\.Resources\/resourceGroups$/i,
  /^Microsoft\.ManagedIdentity\//i,
  /^Microsoft\.Authorization\//i,
  /^Microsoft\.Insights\//i,
  /^Microsoft\.Network\//i,
  /^Microsoft\.OperationalInsights\//i,
  /^Microsoft\.EventGrid\/(namespaces|topics)$/i,
  EVENT_SUBSCRIPTION,
  /^Microsoft\.EventGrid\/namespaces\/topics$/i,
];
const CHILD_TYPES = ['clients', 'clientGroups', 'topicSpaces', 'permissionBindings', 'caCertificates'] as const;
/**
 * Reads what a template declares in a namespace.
 * @param namespace its name; without one it is the first that is declared, else the one to which most children belong
 * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that Azure would refuse.
 */
export function loadRegistry(template: ResolvedTemplate, namespace?: string): AzureRegistry {
  return new RegistryLoader(template).load(namespace);
}

interface Bindable {
  readonly groups: ReadonlyMap<string, BoundGroup>;
  readonly spaces: ReadonlyMap<string, BoundTopicSpace>;
  readonly partial: boolean;
}

class RegistryLoader {
  readonly #template: ResolvedTemplate;
  readonly #problems = new ResourceProblems();
  readonly #warnings: string[] = [];

  constructor(template: ResolvedTemplate) {
    this.#template = template;
  }

  load(namespace: string | undefined): AzureRegistry {
    const { resources } = this.#template;
    const found = findNamespace(resources, this.#problems, namespace);
    const partial = found.reader === undefined || (this.#template.gaps ?? []).length > 0;
    const children = (type: (typeof CHILD_TYPES)[number]): ResourceReader[] =>
      resources
        .filter((resource) => isType(resource, CHILD + type) && isChildOf(resource, found.settings.id))
        .map((resource) => new ResourceReader(resource, this.#problems));
    checkNames(resources, this.#problems);
    const groups = new Map(children('clientGroups').map((reader) => [lower(reader.name), this.#group(reader)]));
    const spaces = new Map(children('topicSpaces').map((reader) => [lower(reader.name), this.#topicSpace(reader)]));
    const registry: AzureRegistry = {
      namespace: found.settings,
      clients: this.#clients(children('clients')),
      groups: [...groups.values()],
      bindings: children('permissionBindings').flatMap((reader) => this.#binding(reader, { groups, spaces, partial })),
      caCertificates: children('caCertificates').flatMap((reader) => this.#caCertificate(reader)),
      routing: loadRouting(resources, found.reader, this.#problems),
      partial,
      warnings: this.#warnings,
    };
    this.#warnings.push(...found.warnings, ...this.#skipped(found.settings.id));
    this.#throwProblems();
    return registry;
  }

  #clients(readers: readonly ResourceReader[]): ReadonlyMap<string, RegisteredClient> {
    const clients = new Map<string, RegisteredClient>();
    for (const reader of readers) {
      const client = this.#client(reader);
      const key = lower(client.identity.authenticationName);
      if (clients.has(key)) {
        const rule = 'unique in the namespace whatever its case';
        reader.refuse('properties.authenticationName', rule, client.identity.authenticationName);
      }
      clients.set(key, client);
    }
    return clients;
  }

  #client(reader: ResourceReader): RegisteredClient {
    const authentication = 'properties.clientCertificateAuthentication';
    const written = reader.member(`${authentication}.validationScheme`, Object.keys(VALIDATION_SCHEMES));
    const scheme = VALIDATION_SCHEMES[written ?? ''] ?? 'Subject';
    const thumbprints = reader.texts(`${authentication}.allowedThumbprints`).map(normalizeThumbprint);
    this.#checkThumbprints(reader, scheme, thumbprints);
    const attributes = reader.object('properties.attributes');
    for (const problem of attributeProblems('properties.attributes', attributes)) {
      this.#problems.messages.push(`${reader.resource.logicalId}.body.${problem}`);
    }
    return {
      logicalId: reader.resource.logicalId,
      name: reader.name,
      identity: {
        authenticationName: reader.text('properties.authenticationName') ?? reader.name,
        attributes: attributes as ClientAttributes,
      },
      enabled: reader.member('properties.state', ['Enabled', 'Disabled']) !== 'Disabled',
      scheme,
      thumbprints,
    };
  }

  #checkThumbprints(reader: ResourceReader, scheme: ValidationScheme, thumbprints: readonly string[]): void {
    const path = 'properties.clientCertificateAuthentication.allowedThumbprints';
    if (scheme !== 'Thumbprint' && thumbprints.length > 0) {
      reader.refuse(path, 'left out unless validationScheme is ThumbprintMatch', thumbprints);
    }
    if (scheme === 'Thumbprint' && (thumbprints.length < 1 || thumbprints.length > 2)) {
      reader.refuse(path, 'one or two thumbprints', thumbprints);
    }
    for (const thumbprint of thumbprints) {
      if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(thumbprint)) continue;
      // A value that only a deployment shows, or a mistake: nobody can connect with it, and the rest still works.
      this.#warnings.push(`${reader.resource.logicalId}: '${thumbprint}' is no thumbprint of 64 hexadecimal digits`);
    }
  }

  #group(reader: ResourceReader): BoundGroup {
    const query = reader.requiredText('properties.query');
    const tree =
      query === undefined ? undefined : this.#attempt(reader, 'properties.query', () => parseGroupQuery(query));
    return { name: reader.name, query: tree };
  }

  #topicSpace(reader: ResourceReader): BoundTopicSpace {
    const path = 'properties.topicTemplates';
    const texts = reader.texts(path);
    const limit = EVENT_GRID_LIMITS.maximumTemplatesPerTopicSpace;
    if (texts.length < 1 || texts.length > limit) reader.refuse(path, `1 to ${limit} templates`, texts.length);
    const templates = texts.flatMap((text, index) => {
      const template = this.#attempt(reader, `${path}[${index}]`, () => parseTopicTemplate(text));
      return template === undefined && !this.#isGap(reader) ? [] : [template];
    });
    return { name: reader.name, templates };
  }

  #binding(reader: ResourceReader, { groups, spaces, partial }: Bindable): Binding[] {
    const groupName = reader.requiredText('properties.clientGroupName');
    const spaceName = reader.requiredText('properties.topicSpaceName');
    const permission = reader.member('properties.permission', ['Publisher', 'Subscriber']);
    if (reader.value('properties.permission') === undefined) reader.refuse('properties.permission', 'given', undefined);
    if (groupName === undefined || spaceName === undefined || permission === undefined) return [];
    const everyone: BoundGroup = { name: '$all', query: 'everyClient' };
    const elsewhere = (what: string, name: string): void => {
      this.#warnings.push(
        `${reader.resource.logicalId}: ${what} '${name}' is declared elsewhere: nobody is let in by it`,
      );
    };
    const unknownGroup = partial ? { name: groupName, query: undefined } : undefined;
    const unknownSpace = partial ? { name: spaceName, templates: undefined } : undefined;
    const group = groupName === '$all' ? everyone : (groups.get(lower(groupName)) ?? unknownGroup);
    const topicSpace = spaces.get(lower(spaceName)) ?? unknownSpace;
    if (group !== undefined && group === unknownGroup) elsewhere('client group', groupName);
    if (topicSpace !== undefined && topicSpace === unknownSpace) elsewhere('topic space', spaceName);
    if (group === undefined) reader.refuse('properties.clientGroupName', 'a client group of the namespace', groupName);
    if (topicSpace === undefined)
      reader.refuse('properties.topicSpaceName', 'a topic space of the namespace', spaceName);
    return group === undefined || topicSpace === undefined
      ? []
      : [{ name: reader.name, group, topicSpace, permission }];
  }

  #caCertificate(reader: ResourceReader): X509Certificate[] {
    const path = 'properties.encodedCertificate';
    const text = reader.requiredText(path);
    if (text === undefined) return [];
    const certificate = readCaCertificate(text);
    if (certificate !== undefined) return [certificate];
    reader.refuse(path, 'the PEM text of one certificate', `${text.slice(0, 40)}...`);
    return [];
  }

  #attempt<T>(reader: ResourceReader, path: string, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof LastwillError)) throw error;
      // A name that stands for what is not known need not make sense.
      if (this.#isGap(reader)) return undefined;
      this.#problems.messages.push(`${reader.resource.logicalId}.body.${path}: ${error.message}`);
      return undefined;
    }
  }

  #isGap({ resource }: ResourceReader): boolean {
    return (this.#template.gaps ?? []).some(({ logicalId }) => logicalId === resource.logicalId);
  }

  #skipped(namespaceId: string): string[] {
    const { resources } = this.#template;
    return resources.flatMap((resource) => {
      const { logicalId, type } = resource;
      if (CHILD_TYPES.some((child) => isType(resource, CHILD + child))) {
        return isChildOf(resource, namespaceId) ? [] : [`${logicalId} is skipped: it belongs to another namespace`];
      }
      if (SILENT.some((pattern) => pattern.test(type))) return [];
      return [`${logicalId} is skipped: ${type} does nothing here`];
    });
  }

  #throwProblems(): void {
    const { messages } = this.#problems;
    if (messages.length === 0) return;
    const file = this.#template.file ?? this.#template.name;
    throw new LastwillError('TEMPLATE_INVALID', messages.map((message) => `${file}: ${message}`).join('\n'));
  }
}

function isType(resource: ResolvedResource, type: string): boolean {
  return lower(resource.type) === lower(type);
}

// By name: templates write a parent's id in many ways, and a hand-written one has the real subscription in it.
function isChildOf(resource: ResolvedResource, namespaceId: string): boolean {
  const nameIn = (id: string): string | undefined => lower(id).split('/').pop();
  return nameIn(String(resource.properties.parent_id)) === nameIn(namespaceId);
}

function lower(text: string): string {
  return text.toLowerCase();
}

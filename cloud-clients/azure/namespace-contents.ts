import type { ArmSession } from './arm-session';
import type { CaCertificate, ClientGroup, MqttClient, PermissionBinding, TopicSpace } from './resources';

/** Some clients of a namespace. */
export interface SomeClients {
  readonly clients: readonly MqttClient[];
  /** Whether these are all that there are. */
  readonly complete: boolean;
}

/** Reads what belongs to a namespace. Each read rejects with LastwillError CLOUD_CALL_FAILED that says what to do. */
export class NamespaceContents {
  readonly #session: ArmSession;
  readonly #id: string;

  /** @param namespaceId ARM id */
  constructor(session: ArmSession, namespaceId: string) {
    this.#session = session;
    this.#id = namespaceId;
  }

  /**
   * The client with an authentication name, whatever its case; `undefined` when there is none. The resource of that name
   * is looked at first, as a namespace may have tens of thousands.
   * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients
   */
  async client(authenticationName: string): Promise<MqttClient | undefined> {
    const isTheOne = ({ name, properties }: MqttClient): boolean =>
      (properties.authenticationName ?? name).toLowerCase() === authenticationName.toLowerCase();
    const isResourceName = /^[-a-zA-Z0-9:._]{1,128}$/.test(authenticationName);
    const namesake = isResourceName
      ? await this.#session.find<MqttClient>(`${this.#id}/clients/${authenticationName}`)
      : undefined;
    if (namesake !== undefined && isTheOne(namesake)) return namesake;
    for await (const page of this.#session.pages<MqttClient>(`${this.#id}/clients`)) {
      const found = page.find(isTheOne);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first clients in the order in which Azure lists them. @param limit how many at least, if there are that many */
  async clients(limit: number): Promise<SomeClients> {
    const clients: MqttClient[] = [];
    for await (const page of this.#session.pages<MqttClient>(`${this.#id}/clients`)) {
      if (clients.length >= limit && page.length > 0) return { clients, complete: false };
      clients.push(...page);
    }
    return { clients, complete: true };
  }

  clientGroups(): Promise<readonly ClientGroup[]> {
    return this.#session.list(`${this.#id}/clientGroups`);
  }

  topicSpaces(): Promise<readonly TopicSpace[]> {
    return this.#session.list(`${this.#id}/topicSpaces`);
  }

  permissionBindings(): Promise<readonly PermissionBinding[]> {
    return this.#session.list(`${this.#id}/permissionBindings`);
  }

  caCertificates(): Promise<readonly CaCertificate[]> {
    return this.#session.list(`${this.#id}/caCertificates`);
  }
}

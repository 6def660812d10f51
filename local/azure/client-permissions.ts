import { coversLevels } from '../../semantics/event-grid/covering';
import {
  type Binding,
  type BoundPermission,
  isInGroup,
  judgeBindings,
} from '../../semantics/event-grid/permission-bindings';
import { substituteTemplate } from '../../semantics/event-grid/topic-template';
import type { Decision, Permissions } from '../ports';
import type { RegisteredClient } from './registry';

const REMEMBERED_TOPICS = 64;
const ALLOWED: Decision = { allowed: true };

/**
 * What one client may do by the permission bindings: a topic or filter must fit inside one single template.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
 */
export class ClientPermissions implements Permissions {
  readonly #client: RegisteredClient;
  readonly #bindings: readonly Binding[];
  readonly #allowed: Readonly<Record<BoundPermission, readonly (readonly string[])[]>>;
  readonly #publishes = new Map<string, Decision>();

  constructor(client: RegisteredClient, bindings: readonly Binding[]) {
    this.#client = client;
    this.#bindings = bindings;
    this.#allowed = { Publisher: this.#filters('Publisher'), Subscriber: this.#filters('Subscriber') };
  }

  publish(topic: string): Decision {
    const known = this.#publishes.get(topic);
    if (known !== undefined) return known;
    const decision = this.#decide('Publisher', topic);
    // The oldest goes: a client that walks through topics costs no more than its share.
    const [oldest] = this.#publishes.size >= REMEMBERED_TOPICS ? this.#publishes.keys() : [];
    if (oldest !== undefined) this.#publishes.delete(oldest);
    this.#publishes.set(topic, decision);
    return decision;
  }

  subscribe(filter: string): Decision {
    return this.#decide('Subscriber', filter);
  }

  #decide(permission: BoundPermission, filter: string): Decision {
    const levels = filter.split('/');
    if (this.#allowed[permission].some((template) => coversLevels(template, levels))) return ALLOWED;
    return this.#denied(permission, filter);
  }

  // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-troubleshoot-errors
  #denied(permission: BoundPermission, filter: string): Decision {
    const { authenticationName } = this.#client.identity;
    const verdict = judgeBindings(this.#withPermission(permission), this.#client.identity, filter);
    const { nearest, template } =
      verdict.kind === 'denied' ? verdict : { nearest: 'no binding allows it', template: undefined };
    const [verb, what, action] =
      permission === 'Publisher' ? ['publish on', 'topic', 'publish'] : ['subscribe to', 'filter', 'subscribe'];
    const reason = `'${authenticationName}' may not ${verb} '${filter}': no topic template of a ${permission} binding covers this ${what}; ${nearest}`;
    return {
      allowed: false,
      explanation: { reason, action, resource: filter, ...(template === undefined ? {} : { template }) },
    };
  }

  #filters(permission: BoundPermission): string[][] {
    const { identity } = this.#client;
    return this.#withPermission(permission)
      .filter((binding) => isInGroup(identity, binding.group) === true)
      .flatMap((binding) => binding.topicSpace.templates ?? [])
      .flatMap((template) => (template === undefined ? [] : substituteTemplate(template, identity)))
      .map((filter) => filter.split('/'));
  }

  #withPermission(permission: BoundPermission): Binding[] {
    return this.#bindings.filter((binding) => binding.permission === permission);
  }
}

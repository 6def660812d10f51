import type { Clock } from '../../presence/clock';
import type { Message, Origin } from '../ports';
import {
  clientTokenOf,
  metadataOfUpdate,
  parseShadowUpdate,
  type ShadowDocument,
  type ShadowError,
  shadowDelta,
  updateShadow,
} from './shadow-document';

/** What a {@link ShadowService} is made of. */
export interface ShadowServiceOptions {
  readonly clock: Clock;
  /** Publishes a response to subscribers and rules. */
  readonly publish: (message: Message, origin: Origin) => void;
}

interface Shadow {
  /** Absent after it has been deleted. */
  readonly document?: ShadowDocument;
  readonly version: number;
}

interface Request {
  readonly operation: 'update' | 'get' | 'delete';
  readonly name: string;
  /** Where its responses go, without the operation. */
  readonly topic: string;
  readonly payload: Buffer;
  readonly respond: (topic: string, body: object) => void;
}

const REQUEST = /^(\$aws\/things\/([^/]+)\/shadow(?:\/name\/([^/]+))?)\/(update|get|delete)$/;

/**
 * Device shadows over MQTT, classic and named: `update`, `get` and `delete` with `accepted`, `rejected`, `delta` and
 * `documents`. They live in memory.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-mqtt.html
 */
export class ShadowService {
  readonly #options: ShadowServiceOptions;
  /** By the topic of the shadow. */
  readonly #shadows = new Map<string, Shadow>();

  constructor(options: ShadowServiceOptions) {
    this.#options = options;
  }

  /**
   * Serves a message when it is a request to a shadow. A will is not one: the Device Shadow service ignores it.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-comms-app.html
   */
  accept(message: Message, origin: Origin): void {
    if (origin.kind === 'will' || !message.topic.startsWith('$aws/things/')) return;
    const [, topic, thing, name, operation] = REQUEST.exec(message.topic) ?? [];
    if (topic === undefined || thing === undefined) return;
    const respond = (to: string, body: object): void => {
      const payload = Buffer.from(JSON.stringify(body));
      const response: Message = { topic: `${topic}/${to}`, payload, qos: 1, retain: false, properties: {} };
      // After the broker is done with the request, as a service behind it would.
      queueMicrotask(() => this.#options.publish(response, { kind: 'cloud', depth: origin.depth }));
    };
    const request = { topic, name: name ?? thing, payload: message.payload, respond };
    if (operation === 'update') this.#update({ ...request, operation });
    else if (operation === 'get') this.#get({ ...request, operation });
    else this.#delete({ ...request, operation: 'delete' });
  }

  /** What a shadow holds. @param shadowName @default - the classic shadow */
  document(thingName: string, shadowName?: string): ShadowDocument | undefined {
    const name = shadowName === undefined ? '' : `/name/${shadowName}`;
    return this.#shadows.get(`$aws/things/${thingName}/shadow${name}`)?.document;
  }

  #update(request: Request): void {
    const update = parseShadowUpdate(request.payload);
    if ('code' in update) {
      this.#reject(request, update);
      return;
    }
    const shadow = this.#shadows.get(request.topic);
    const timestamp = this.#seconds();
    const after = updateShadow(shadow?.document, update, (shadow?.version ?? 0) + 1, timestamp);
    if ('code' in after) {
      this.#reject(request, after);
      return;
    }
    const { version } = after;
    this.#shadows.set(request.topic, { document: after, version });
    const stamps = { version, timestamp, clientToken: update.clientToken };
    const metadata = metadataOfUpdate(update, timestamp);
    request.respond('update/accepted', { state: update.state, metadata, ...stamps });
    const delta = shadowDelta(after);
    if (delta !== undefined) request.respond('update/delta', { ...delta, ...stamps });
    const { clientToken } = update;
    request.respond('update/documents', { previous: shadow?.document ?? null, current: after, timestamp, clientToken });
  }

  #get(request: Request): void {
    const document = this.#shadows.get(request.topic)?.document;
    if (document === undefined) {
      this.#reject(request, missing(request));
      return;
    }
    const { state, metadata, version } = document;
    const delta = shadowDelta(document)?.state;
    const clientToken = clientTokenOf(request.payload);
    request.respond('get/accepted', {
      state: { ...state, delta },
      metadata,
      version,
      timestamp: this.#seconds(),
      clientToken,
    });
  }

  // The version goes on where it was when the shadow is made again.
  // https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-data-flow.html
  #delete(request: Request): void {
    const shadow = this.#shadows.get(request.topic);
    if (shadow?.document === undefined) {
      this.#reject(request, missing(request));
      return;
    }
    const { version } = shadow;
    this.#shadows.set(request.topic, { version });
    const clientToken = clientTokenOf(request.payload);
    request.respond('delete/accepted', { version, timestamp: this.#seconds(), clientToken });
  }

  #reject(request: Request, { code, message }: ShadowError): void {
    const clientToken = clientTokenOf(request.payload);
    request.respond(`${request.operation}/rejected`, { code, message, timestamp: this.#seconds(), clientToken });
  }

  #seconds(): number {
    return Math.floor(this.#options.clock.now() / 1_000);
  }
}

function missing({ name }: Request): ShadowError {
  return { code: 404, message: `No shadow exists with name: '${name}'` };
}

import type { Duplex } from 'node:stream';
import { type IClientOptions, type IConnackPacket, MqttClient, type Packet } from 'mqtt';
import { generate, type IPublishPacket } from 'mqtt-packet';
import type { Clock, Timer } from '../presence/clock';
import { KeepAliveTimers } from './keep-alive-timers';
import type { IncomingMessage, PublishOptions } from './message';
import { fromProperties, toProperties } from './message-properties';
import type { PacketIdentifiers } from './packet-identifiers';

/** A will as it is sent. */
export interface LinkWill extends Omit<PublishOptions, 'topicAlias'> {
  readonly topic: string;
  readonly payload: Buffer;
  readonly delaySeconds: number;
}

/** What a CONNECT packet says. */
export interface LinkOptions {
  readonly clientId: string;
  readonly protocolVersion: 4 | 5;
  readonly cleanStart: boolean;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
  readonly username?: string;
  readonly password?: string;
  readonly will?: LinkWill;
  readonly topicAliases: boolean;
}

/** What a CONNACK packet granted. */
export interface LinkGrant {
  readonly sessionPresent: boolean;
  readonly clientId: string;
  /** Seconds; the server's value where it set one. */
  readonly keepAliveSeconds: number;
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  /** Highest quality of service that the server takes. */
  readonly maximumQos: number;
  /** Whether the server retains messages. */
  readonly retainAvailable: boolean;
  readonly sessionExpirySeconds?: number;
}

/** Why a link ended. */
export type LinkEnd =
  | { readonly kind: 'refused' | 'disconnected'; readonly reasonCode: number; readonly reasonString?: string }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'keep-alive' }
  /** The other side closed without a word. */
  | { readonly kind: 'closed' };

/** A broker's answer to a publish or a subscription. */
export interface Acknowledgement {
  readonly reasonCode: number;
  readonly reasonString?: string;
}

/** What a link tells its owner. `ended` is told once and last. */
export interface LinkListener {
  opened(grant: LinkGrant): void;
  message(message: IncomingMessage): void;
  acknowledged(identifier: number, answer: Acknowledgement): void;
  ended(end: LinkEnd): void;
}

/** A publish as a link sends it. `identifier` is 0 with QoS 0. */
export interface LinkPublish extends PublishOptions {
  readonly topic: string;
  readonly payload: Buffer;
  readonly identifier: number;
  readonly duplicate: boolean;
}

/** MQTT.js gives up on CONNACK by a timer of its own; the agent does that, by its clock. */
const NEVER_MILLISECONDS = 2_147_483_647;

/** After DISCONNECT the broker closes; one that does not is not waited for longer than this. */
const CLOSING_MILLISECONDS = 2_000;

/** One MQTT connection over one byte stream. It never reconnects; MQTT.js stays behind this file. */
export class MqttLink {
  readonly #client: MqttClient;
  readonly #timers: KeepAliveTimers;
  readonly #allocated = new Set<number>();
  #nextIdentifier: number | undefined;
  #end: LinkEnd | undefined;
  #ended = false;
  #topicAliasMaximum = 0;
  #closing: Timer | undefined;

  constructor(
    private readonly stream: Duplex,
    private readonly options: LinkOptions,
    private readonly identifiers: PacketIdentifiers,
    private readonly listener: LinkListener,
    private readonly clock: Clock,
  ) {
    this.#timers = new KeepAliveTimers(clock);
    stream.on('error', (error) => this.#because({ kind: 'failed', error }));
    this.#client = new MqttClient(() => stream as MqttClient['stream'], {
      ...this.#clientOptions(),
      manualConnect: true,
    });
    this.#listen();
    this.#client.connect();
  }

  /** Sends a message. With QoS 1 or 2 its answer comes as `acknowledged`. */
  publish(message: LinkPublish): void {
    const properties = toProperties(message);
    const packet = { ...message, qos: message.qos ?? 1, retain: message.retain ?? false, dup: message.duplicate };
    if (message.topicAlias !== undefined && message.topicAlias > this.#topicAliasMaximum) {
      // MQTT.js refuses to send what the server will refuse.
      const { topic, payload, qos, retain, dup } = packet;
      this.#write({ cmd: 'publish', messageId: message.identifier, topic, payload, qos, retain, dup, properties });
      return;
    }
    this.#nextIdentifier = message.identifier === 0 ? undefined : message.identifier;
    const { qos, retain, dup } = packet;
    this.#client.publish(message.topic, message.payload, { qos, retain, dup, properties }, () => undefined);
    this.#nextIdentifier = undefined;
  }

  /** Subscribes; resolves to one answer for each filter, or to `undefined` when the link ended first. */
  subscribe(filters: ReadonlyMap<string, 0 | 1 | 2>): Promise<readonly Acknowledgement[] | undefined> {
    const wanted = Object.fromEntries([...filters].map(([filter, qos]) => [filter, { qos }]));
    return new Promise((resolve) => {
      this.#client.subscribe(wanted, (_error, _granted, packet) =>
        resolve(
          packet?.granted.map((code) => ({ reasonCode: Number(code), reasonString: packet.properties?.reasonString })),
        ),
      );
    });
  }

  /** Takes subscriptions back; resolves when the broker has answered or the link has ended. */
  unsubscribe(filters: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.#client.unsubscribe([...filters], () => resolve());
    });
  }

  /** Sends DISCONNECT and closes. With MQTT 5, reason code 4 asks for the will to be published. */
  disconnect(reasonCode: 0 | 4): void {
    const code = this.options.protocolVersion === 5 ? { reasonCode } : {};
    this.#timers.stop();
    this.#closing = this.clock.schedule(CLOSING_MILLISECONDS, () => this.stream.destroy());
    this.stream.write(generate({ cmd: 'disconnect', ...code }, { protocolVersion: this.options.protocolVersion }), () =>
      this.stream.end(),
    );
  }

  /** Closes the stream at once, without DISCONNECT. */
  destroy(): void {
    this.#timers.stop();
    this.stream.destroy();
  }

  /** From now on sends nothing at all, while the stream stays open: a device that hangs. */
  fallSilent(): void {
    this.#timers.stop();
    this.stream.cork();
  }

  #clientOptions(): IClientOptions {
    const { options } = this;
    const version5 = options.protocolVersion === 5;
    const expiry = options.sessionExpirySeconds;
    return {
      clientId: options.clientId,
      protocolVersion: options.protocolVersion,
      clean: options.cleanStart,
      keepalive: options.keepAliveSeconds,
      username: options.username,
      password: options.password,
      will: options.will === undefined ? undefined : this.#will(options.will),
      properties: version5 && expiry > 0 ? { sessionExpiryInterval: expiry } : undefined,
      autoAssignTopicAlias: options.topicAliases,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: NEVER_MILLISECONDS,
      timerVariant: this.#timers.interval as unknown as IClientOptions['timerVariant'],
      messageIdProvider: this.#identifierProvider(),
    };
  }

  #will(will: LinkWill): IClientOptions['will'] {
    const { topic, payload, qos, retain } = will;
    const delay = will.delaySeconds === 0 ? {} : { willDelayInterval: will.delaySeconds };
    const properties = { ...toProperties(will), ...delay };
    const version5 = this.options.protocolVersion === 5;
    return { topic, payload, qos: qos ?? 1, retain: retain ?? false, ...(version5 ? { properties } : {}) };
  }

  #identifierProvider(): IClientOptions['messageIdProvider'] {
    let last = 0;
    return {
      allocate: () => {
        last = this.#nextIdentifier ?? this.#allocate();
        return last;
      },
      getLastAllocated: () => last,
      register: () => true,
      deallocate: (identifier) => this.#release(identifier),
      clear: () => undefined,
    };
  }

  /** For SUBSCRIBE and UNSUBSCRIBE, whose identifiers end with the link. */
  #allocate(): number {
    const identifier = this.identifiers.allocate() ?? 0;
    this.#allocated.add(identifier);
    return identifier;
  }

  #release(identifier: number): void {
    if (this.#allocated.delete(identifier)) this.identifiers.release(identifier);
  }

  #listen(): void {
    const client = this.#client;
    client.on('packetreceive', (packet) => this.#received(packet));
    client.on('connect', (packet) => this.#opened(packet));
    client.on('message', (topic, payload, packet) => {
      const { qos, retain, dup: duplicate } = packet;
      this.listener.message({ topic, payload, qos, retain, duplicate, ...fromProperties(packet.properties) });
    });
    client.on('error', (error) => {
      this.#because(error.message === 'Keepalive timeout' ? { kind: 'keep-alive' } : { kind: 'failed', error });
      // MQTT.js reports some protocol errors and carries on.
      this.stream.destroy();
    });
    client.on('close', () => this.#closed());
  }

  /** Runs before MQTT.js handles the packet. */
  #received(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        this.#adoptKeepAlive(packet);
        break;
      case 'disconnect':
        this.#because({
          kind: 'disconnected',
          reasonCode: packet.reasonCode ?? 0,
          reasonString: packet.properties?.reasonString,
        });
        this.stream.end();
        break;
      case 'puback':
      case 'pubcomp':
        this.#acknowledged(packet);
        break;
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= 128) this.#acknowledged(packet);
        break;
      default:
        break;
    }
  }

  #acknowledged(packet: Packet & { reasonCode?: number; properties?: { reasonString?: string } }): void {
    const answer = { reasonCode: packet.reasonCode ?? 0, reasonString: packet.properties?.reasonString };
    this.listener.acknowledged(packet.messageId ?? 0, answer);
  }

  #adoptKeepAlive(packet: IConnackPacket): void {
    const code = packet.reasonCode ?? packet.returnCode ?? 0;
    if (code !== 0) {
      this.#because({ kind: 'refused', reasonCode: code, reasonString: packet.properties?.reasonString });
      return;
    }
    // [MQTT-3.2.2-21] also where the client asked for none, which MQTT.js does not do.
    const server = packet.properties?.serverKeepAlive;
    if (server !== undefined) this.#client.options.keepalive = server;
  }

  #opened(packet: IConnackPacket): void {
    const properties = packet.properties;
    this.#topicAliasMaximum = properties?.topicAliasMaximum ?? 0;
    this.listener.opened({
      sessionPresent: packet.sessionPresent,
      clientId: properties?.assignedClientIdentifier ?? this.options.clientId,
      keepAliveSeconds: properties?.serverKeepAlive ?? this.options.keepAliveSeconds,
      receiveMaximum: properties?.receiveMaximum ?? 65_535,
      topicAliasMaximum: this.#topicAliasMaximum,
      maximumQos: properties?.maximumQoS ?? 2,
      retainAvailable: properties?.retainAvailable ?? true,
      sessionExpirySeconds: properties?.sessionExpiryInterval ?? undefined,
    });
  }

  #because(end: LinkEnd): void {
    this.#end ??= end;
  }

  #closed(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.stop();
    this.#closing?.cancel();
    for (const identifier of this.#allocated) this.identifiers.release(identifier);
    this.listener.ended(this.#end ?? { kind: 'closed' });
  }

  #write(packet: IPublishPacket): void {
    this.stream.write(generate(packet, { protocolVersion: this.options.protocolVersion }));
  }
}

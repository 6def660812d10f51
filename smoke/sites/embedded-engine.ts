import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { memoryConnection } from '../../local/broker/memory-connection';
import { Engine, type EngineOptions, type RunningClouds } from '../../local/engine';
import type { BrokerEvent } from '../../local/ports';
import { ManualClock, SystemClock } from '../../presence/clock';
import type { Cloud } from '../../presence/lwt-options';
import { seededRandomness } from '../../presence/randomness';
import { settle } from '../../testing/settlement';

/** Turns of the event loop, a millisecond each at least, that the end of a socket may take to be noticed. */
const TURNS_FOR_SOCKETS = 2_000;

/** The embedded cloud in this process, on a clock of its own: minutes pass in no time, and it is known when all is done. */
export class EmbeddedEngine {
  readonly #engine: Engine;
  readonly #clock: ManualClock;
  readonly #streams = new Set<Duplex>();
  readonly #record: Movements;
  #running: Promise<RunningClouds> | undefined;

  private constructor(engine: Engine, clock: ManualClock, record: Movements) {
    this.#engine = engine;
    this.#clock = clock;
    this.#record = record;
  }

  /** @throws LastwillError TEMPLATE_INVALID */
  static async start(options: Pick<EngineOptions, 'aws' | 'azure'>): Promise<EmbeddedEngine> {
    // Certificates must be valid today, for TLS and signatures know the time too.
    const clock = new ManualClock(new SystemClock().now());
    const record = new Movements();
    const engine = await Engine.start({ ...options, clock, randomness: seededRandomness(1), observer: record });
    return new EmbeddedEngine(engine, clock, record);
  }

  get engine(): Engine {
    return this.#engine;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Opens the ports, at the first call. */
  listen(): Promise<RunningClouds> {
    this.#running ??= this.#engine.listen();
    return this.#running;
  }

  /** A connection in memory, as somebody that the template knows. */
  async dial(cloud: Cloud, principal: string): Promise<Duplex> {
    return this.keep(this.#engine.dial(cloud, principal));
  }

  /** A connection in memory, as if over TLS with a certificate. @param certificates in DER, the leaf first */
  async dialWithCertificate(cloud: Cloud, certificates: readonly Buffer[]): Promise<Duplex> {
    const { client, server } = memoryConnection();
    this.#engine[cloud]?.broker.accept(server, { transport: 'memory', remoteAddress: '127.0.0.1', certificates });
    return this.keep(client);
  }

  /** Counts a stream among those whose end must be noticed before all is at rest. */
  keep(stream: Duplex): Duplex {
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return stream;
  }

  async pass(seconds: number): Promise<void> {
    await this.rest();
    const end = this.#clock.now() + seconds * 1000;
    for (let due = this.#clock.nextDueAt; due !== undefined && due <= end; due = this.#clock.nextDueAt) {
      this.#clock.advance(due - this.#clock.now());
      await this.rest();
    }
    this.#clock.advance(end - this.#clock.now());
  }

  /** Resolves when nothing more can happen without the clock moving. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < TURNS_FOR_SOCKETS; turn++) {
      await settle({
        movements: () => this.#record.count,
        whenIdle: () => this.#engine.aws?.rules.whenIdle() ?? Promise.resolve(),
        letGo: () => false,
      });
      // A connection in memory ends within the turns that settling takes; a socket is noticed when it is.
      if (this.#record.connections <= this.#streams.size) return;
      await setImmediate();
    }
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    await this.#engine.stop();
  }
}

/** Counts what the brokers and rules do. */
class Movements {
  count = 0;
  /** Connections that the brokers take to be open. */
  connections = 0;

  broker(_cloud: Cloud, { kind }: BrokerEvent): void {
    this.count++;
    if (kind === 'connect') this.connections++;
    if (kind === 'disconnect') this.connections--;
  }

  rule(): void {
    this.count++;
  }
}

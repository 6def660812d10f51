import { Duplex } from 'node:stream';
import { FrameReader } from '../local/broker/codec/frame-reader';
import type { Randomness } from '../presence/randomness';

/** What a network does to the packets of every device. */
export interface NetworkFaults {
  /** Whether every PUBLISH with QoS 1 travels twice, in both directions. */
  readonly duplicates: boolean;
  /** How many deliveries may be in flight at once and overtake each other; 0 keeps them in order. */
  readonly reorderWindow: number;
}

/** What a {@link Link} needs of the cloud around it. */
export interface LinkSurroundings {
  readonly randomness: Randomness;
  faults(): NetworkFaults;
  /** Called for everything that moves. */
  moved(): void;
}

const PUBLISH = 3;
const DUPLICATE_FLAG = 0x08;
const QOS_BITS = 0x06;
const QOS_1 = 0x02;

/** What goes towards the device: a packet, or the end of the connection. */
type Inbound = Buffer | 'end';

/** What goes towards the broker: a packet, or that the device closed or cut its connection. */
type Outbound = Buffer | 'end' | 'cut';

/** The network between one device and its broker: a stream to the device, in which things go wrong on demand. */
export class Link extends Duplex {
  readonly #cloud: Duplex;
  readonly #surroundings: LinkSurroundings;
  readonly #fromCloud = new FrameReader();
  readonly #fromDevice = new FrameReader();
  readonly #heldInbound: Inbound[] = [];
  readonly #heldOutbound: Outbound[] = [];
  /** Deliveries that may still overtake each other. */
  #overtaking: Buffer[] = [];
  #isHeld = false;
  #isSilent = false;
  #isHalfOpen = false;
  #isEnded = false;

  constructor(cloud: Duplex, surroundings: LinkSurroundings) {
    super({ allowHalfOpen: false });
    this.#cloud = cloud;
    this.#surroundings = surroundings;
    cloud.on('data', (chunk: Buffer) => {
      this.#fromCloud.read(chunk, Number.POSITIVE_INFINITY, (frame) => this.#arrive(frame));
    });
    cloud.on('error', () => undefined);
    cloud.on('end', () => this.#inbound('end'));
    cloud.on('close', () => this.#inbound('end'));
  }

  /** Whether nothing that the device sends will ever reach the broker. */
  get isSilent(): boolean {
    return this.#isSilent || this.#isHalfOpen;
  }

  /** Nothing moves in either direction until {@link release}; nothing is lost. */
  hold(): void {
    this.#isHeld = true;
    // The broker feels it: what it sends stays in its buffers.
    this.#cloud.pause();
  }

  /** What was held travels on. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const item of this.#heldOutbound.splice(0)) this.#send(item);
    for (const item of this.#heldInbound.splice(0)) this.#inbound(item);
    this.#cloud.resume();
  }

  /** From now on the device sends nothing, not even acknowledgements; its socket stays open. */
  silence(): void {
    this.#isSilent = true;
  }

  /** The device is gone without a trace: the broker's side stays open, and nothing moves any more. */
  breakOff(): void {
    this.#isHalfOpen = true;
    this.destroy();
  }

  /** Lets deliveries that overtook each other arrive. @returns whether there were any */
  deliverOvertaking(): boolean {
    const frames = shuffled(this.#overtaking, this.#surroundings.randomness);
    this.#overtaking = [];
    for (const frame of frames) this.#inbound(frame);
    return frames.length > 0;
  }

  override _read(): void {
    // Everything is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#fromDevice.read(chunk, Number.POSITIVE_INFINITY, (frame) => {
      for (const copy of this.#copies(frame)) this.#outbound(copy);
    });
    done();
  }

  override _final(done: () => void): void {
    this.#outbound('end');
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#isHalfOpen) this.#outbound('cut');
    done(error);
  }

  #outbound(item: Outbound): void {
    if (this.isSilent && item !== 'cut') return;
    if (this.#isHeld) this.#heldOutbound.push(item);
    else this.#send(item);
  }

  #send(item: Outbound): void {
    this.#surroundings.moved();
    if (item === 'cut') this.#cloud.destroy();
    else if (item === 'end') this.#cloud.end();
    else if (this.#cloud.writable) this.#cloud.write(item);
  }

  #arrive(frame: Buffer): void {
    const { reorderWindow } = this.#surroundings.faults();
    for (const copy of this.#copies(frame)) {
      if (reorderWindow === 0 || !isPublish(copy)) this.#inbound(copy);
      else this.#overtaking.push(copy);
    }
    if (this.#overtaking.length >= reorderWindow && reorderWindow > 0) this.deliverOvertaking();
  }

  #inbound(item: Inbound): void {
    if (this.#isHalfOpen || this.#isEnded || this.destroyed) return;
    if (this.#isHeld) {
      this.#heldInbound.push(item);
      return;
    }
    this.#surroundings.moved();
    if (item !== 'end') {
      this.push(Buffer.from(item));
      return;
    }
    this.deliverOvertaking();
    this.#isEnded = true;
    this.push(null);
  }

  #copies(frame: Buffer): readonly Buffer[] {
    if (!this.#surroundings.faults().duplicates || !isPublish(frame)) return [frame];
    const [head = 0] = frame;
    if ((head & QOS_BITS) !== QOS_1) return [frame];
    const copy = Buffer.from(frame);
    copy[0] = head | DUPLICATE_FLAG;
    return [frame, copy];
  }
}

function isPublish(frame: Buffer): boolean {
  return (frame[0] ?? 0) >> 4 === PUBLISH;
}

function shuffled<T>(items: readonly T[], randomness: Randomness): T[] {
  const rest = [...items];
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(Math.floor(randomness.fraction() * rest.length), 1));
  return drawn;
}

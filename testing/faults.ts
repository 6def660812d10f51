import type { Broker } from '../local/broker/broker';
import { ReasonCode } from '../local/broker/codec/reason-code';
import { LastwillError } from '../presence/errors';
import type { Device } from './device';
import type { Link, NetworkFaults } from './link';

/** What {@link Faults} are injected into. */
export interface FaultTargets {
  readonly links: () => readonly { readonly device: Device; readonly link: Link }[];
  readonly brokers: () => readonly Broker[];
  readonly settle: () => Promise<void>;
}

/** What can go wrong between devices and cloud, and in the broker. See {@link Device} for what befalls one device. */
export class Faults {
  readonly #targets: FaultTargets;
  #network: NetworkFaults = { duplicates: false, reorderWindow: 0 };
  #isPartitioned = false;
  /** Devices that a partition of some has cut off. */
  readonly #apart = new Set<Device>();

  constructor(targets: FaultTargets) {
    this.#targets = targets;
  }

  /** What the network does to packets now. */
  get network(): NetworkFaults {
    return this.#network;
  }

  /**
   * Cuts the network between devices and broker: packets wait on both sides, nobody is told. Keep alives run out when
   * it lasts.
   * @param devices @default - every device, also those that want to connect
   */
  partition(...devices: readonly Device[]): void {
    if (devices.length === 0) this.#isPartitioned = true;
    for (const { device, link } of this.#targets.links()) {
      if (devices.length > 0 && !devices.includes(device)) continue;
      this.#apart.add(device);
      link.hold();
    }
  }

  /** Whether a partition keeps a device from the broker. */
  isApart(device: Device): boolean {
    return this.#apart.has(device);
  }

  /** Ends every partition: what waited arrives. */
  async heal(): Promise<void> {
    this.#isPartitioned = false;
    this.#apart.clear();
    for (const { device, link } of this.#targets.links()) {
      if (!device.isFrozen) link.release();
    }
    await this.#targets.settle();
  }

  /** Delivers every message with QoS 1 twice, and brings every QoS 1 message of a device to the broker twice. */
  duplicate(): void {
    this.#network = { ...this.#network, duplicates: true };
  }

  /**
   * Lets deliveries overtake each other: the clouds promise no order.
   * @param window how many may be on their way to one device at once, from 2 to 1000. @default 8
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
   */
  reorder(window = 8): void {
    if (!Number.isInteger(window) || window < 2 || window > 1000) {
      throw new LastwillError('OPTION_INVALID', `window must be an integer from 2 to 1000, got ${window}`);
    }
    this.#network = { ...this.#network, reorderWindow: window };
  }

  /** Ends partitions, duplicates and reordering. */
  async stop(): Promise<void> {
    this.#network = { duplicates: false, reorderWindow: 0 };
    await this.heal();
  }

  /**
   * Restarts the broker as the clouds do for maintenance: every connection ends with DISCONNECT 0x8B, wills are
   * published, sessions and retained messages survive.
   */
  async restartBroker(): Promise<void> {
    const cause = 'serverShutdown';
    const reasonCode = ReasonCode.SERVER_SHUTTING_DOWN;
    for (const broker of this.#targets.brokers()) {
      for (const { clientId } of broker.connections()) {
        broker.disconnect(clientId, { cause, reasonCode, detail: 'the broker restarts' });
      }
    }
    await this.#targets.settle();
  }

  /** @throws LastwillError CONNECTION_FAILED while nobody can reach the broker. */
  refuseWhenPartitioned(clientId: string): void {
    if (!this.#isPartitioned) return;
    throw new LastwillError('CONNECTION_FAILED', `${clientId} cannot reach the broker: the network is partitioned`);
  }
}

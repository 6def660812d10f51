/** Packet identifiers, 1 to 65535, of which none is in use twice [MQTT-2.2.1-3]. They outlive a connection. */
export class PacketIdentifiers {
  readonly #used = new Set<number>();
  #last = 0;

  /** A free identifier, or `undefined` when all are in use. */
  allocate(): number | undefined {
    if (this.#used.size >= 65_535) return undefined;
    do this.#last = (this.#last % 65_535) + 1;
    while (this.#used.has(this.#last));
    this.#used.add(this.#last);
    return this.#last;
  }

  /** Frees an identifier; does nothing when it is free. */
  release(identifier: number): void {
    this.#used.delete(identifier);
  }
}

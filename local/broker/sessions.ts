import type { Session } from './session';

/** Every session of a broker, by client id and counted by owner. */
export class Sessions {
  readonly #byClientId = new Map<string, Session>();
  readonly #countByOwner = new Map<string, number>();

  get(clientId: string): Session | undefined {
    return this.#byClientId.get(clientId);
  }

  has(clientId: string): boolean {
    return this.#byClientId.has(clientId);
  }

  /** How many sessions belong to an owner. */
  countOf(owner: string): number {
    return this.#countByOwner.get(owner) ?? 0;
  }

  /** Adds a session under a client id that has none. */
  add(session: Session): void {
    this.#byClientId.set(session.clientId, session);
    this.#countByOwner.set(session.owner, this.countOf(session.owner) + 1);
  }

  delete(session: Session): void {
    if (!this.#byClientId.delete(session.clientId)) return;
    const left = this.countOf(session.owner) - 1;
    if (left > 0) this.#countByOwner.set(session.owner, left);
    else this.#countByOwner.delete(session.owner);
  }

  /** Every session there is at this moment. */
  all(): Session[] {
    return [...this.#byClientId.values()];
  }
}

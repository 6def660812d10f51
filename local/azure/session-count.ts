import type { BrokerEvent } from '../ports';

/** Which sessions each authentication name has, connected or not, learnt from what the broker reports. */
export class SessionCount {
  readonly #ownerOf = new Map<string, string>();
  readonly #sessionsOf = new Map<string, Set<string>>();

  observe(event: BrokerEvent): void {
    if (event.kind === 'connect' && event.principal !== undefined) this.#add(event.clientId, event.principal);
    if (event.kind === 'sessionEnd') this.#remove(event.clientId);
  }

  /** Sessions of an authentication name other than `sessionName`, in the order in which they began. */
  othersOf(authenticationName: string, sessionName: string): string[] {
    return [...(this.#sessionsOf.get(key(authenticationName)) ?? [])].filter((other) => other !== sessionName);
  }

  #add(sessionName: string, authenticationName: string): void {
    this.#remove(sessionName);
    const owner = key(authenticationName);
    this.#ownerOf.set(sessionName, owner);
    const sessions = this.#sessionsOf.get(owner) ?? new Set();
    this.#sessionsOf.set(owner, sessions.add(sessionName));
  }

  #remove(sessionName: string): void {
    const owner = this.#ownerOf.get(sessionName);
    if (owner === undefined) return;
    this.#ownerOf.delete(sessionName);
    const sessions = this.#sessionsOf.get(owner);
    sessions?.delete(sessionName);
    if (sessions?.size === 0) this.#sessionsOf.delete(owner);
  }
}

function key(authenticationName: string): string {
  return authenticationName.toLowerCase();
}

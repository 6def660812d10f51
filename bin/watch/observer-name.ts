import type { Randomness } from '../../presence/randomness';

/** A name to watch under: two who watch at the same time must not take each other's session over. */
export function observerName(randomness: Randomness): string {
  return `lastwill-watch-${randomness.uuid().slice(0, 8)}`;
}

/** Whether a client only looks at others, as `lastwill watch` and `lastwill doctor --live` do: it is no device. */
export function isObserver(clientId: string): boolean {
  return /^lastwill-(?:watch|doctor)-[0-9a-f]{8}$/.test(clientId);
}

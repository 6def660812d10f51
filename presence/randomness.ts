import { randomBytes, randomUUID } from 'node:crypto';

/** The only source of chance: everything that draws lots or makes up ids takes a `Randomness`. */
export interface Randomness {
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** A UUID, version 4. */
  uuid(): string;
}

/** The machine's randomness. */
export const systemRandomness: Randomness = {
  fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  uuid: () => randomUUID(),
};

/** Repeatable randomness: the same seed gives the same sequence (mulberry32). */
export function seededRandomness(seed: number): Randomness {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(fraction() * 16).toString(16)).join('');
  const variant = (): string => '89ab'.charAt(Math.floor(fraction() * 4));
  return { fraction, uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${variant()}${hex(3)}-${hex(12)}` };
}

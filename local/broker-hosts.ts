import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** Addresses that mean: listen on all of them. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];
const LOCALHOST = 'localhost';

/** What the machine is called and which addresses it has. */
export interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

/** The machine that this runs on, now. */
function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found.map(({ address }) => address));
  return { hostname: hostname(), addresses };
}

/** Every name and address by which clients may reach what listens on a host; a certificate must be for all of them. */
export function certificateHosts(host: string, machine: () => Machine = thisMachine): readonly string[] {
  if (!EVERY_ADDRESS.includes(host)) return [host];
  const found = machine();
  return [found.hostname, ...found.addresses].filter((name) => /^[a-z\d.:-]+$/i.test(name));
}

/** The name by which a client on this machine reaches what listens on a host. */
export function reachableHost(host: string): string {
  return host === '127.0.0.1' || EVERY_ADDRESS.includes(host) ? LOCALHOST : host;
}

/** A host as it stands in a URL. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

import type { ConnectOptions } from '../../mqtt/conversation';
import type { AzureSite } from '../../sites/azure-site';
import type { Caller } from '../connecting';

/** What a client of the namespace says in CONNECT: its authentication name is also its session's name. */
export function named(name: string, more: Partial<ConnectOptions> = {}): ConnectOptions {
  return { clientId: name, username: name, ...more };
}

/** A client of the namespace with its own certificate. */
export function callerAs(site: AzureSite, name: string, more: Partial<ConnectOptions> = {}): Caller {
  return { dial: site.as(name), connect: named(name, more) };
}

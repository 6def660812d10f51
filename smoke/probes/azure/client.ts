import type { ConnectOptions } from '../../mqtt/conversation';

/** What a client of the namespace says in CONNECT: its authentication name is also its session's name. */
export function named(name: string, more: Partial<ConnectOptions> = {}): ConnectOptions {
  return { clientId: name, username: name, ...more };
}

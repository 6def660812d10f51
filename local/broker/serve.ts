import { SystemClock } from '../../presence/clock';
import { Broker } from './broker';
import type { Listener } from './listeners/listener';
import { listenTcp } from './listeners/tcp';
import { listenWebSocket } from './listeners/websocket';
import { permissiveAuthenticator } from './permissive-authenticator';
import { PROFILES } from './profiles';
import type { Profile } from './profiles/profile';

/** What the bare broker is started with. */
export interface ServeOptions {
  readonly profile: Profile['name'];
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** 0 for a free one. @default - no WebSocket */
  readonly webSocketPort?: number;
  /** Topic filters that nobody may subscribe to. @default - none */
  readonly denySubscribe?: readonly string[];
  /** Seconds. @default - what clients ask for */
  readonly serverKeepAliveSeconds?: number;
}

/** A bare broker that listens. */
export interface Serving {
  readonly broker: Broker;
  readonly urls: readonly (readonly [name: 'mqtt' | 'ws', url: string])[];
  /** Disconnects every client and stops listening, within seconds. */
  close(): Promise<void>;
}

/**
 * Starts a bare broker, everything allowed, on the machine's clock.
 * @throws LastwillError LISTEN_FAILED when a port cannot be opened.
 */
export async function serveBroker(options: ServeOptions): Promise<Serving> {
  const { host, port, webSocketPort } = options;
  const broker = new Broker({
    profile: PROFILES[options.profile],
    clock: new SystemClock(),
    authenticator: permissiveAuthenticator({ denySubscribe: options.denySubscribe }),
    serverKeepAliveSeconds: options.serverKeepAliveSeconds,
  });
  const tcp = await listenTcp(broker, { host, port });
  const listeners: Listener[] = [tcp];
  const urls: (readonly ['mqtt' | 'ws', string])[] = [['mqtt', `mqtt://${urlHost(host)}:${tcp.port}`]];
  if (webSocketPort !== undefined) {
    const ws = await listenWebSocket(broker, { host, port: webSocketPort });
    listeners.push(ws);
    urls.push(['ws', `ws://${urlHost(host)}:${ws.port}/mqtt`]);
  }
  const close = async (): Promise<void> => {
    const closed = listeners.map((listener) => listener.close());
    await broker.close();
    await Promise.all(closed);
  };
  return { broker, urls, close };
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

import { fork } from 'node:child_process';
import { type BenchCredentials, readCredentials } from './credentials';
import { RawClient } from './raw-client';

/** Many clients in a process of their own, so that they can all be cut at once. */
export interface Fleet {
  /** Kills the process: the kernel closes every socket. */
  cut(): void;
}

/** What the clients of a fleet do. */
export interface FleetOptions {
  readonly port: number;
  readonly clients: number;
  /** Directory of credentials for TLS. @default - plain TCP */
  readonly tls?: BenchCredentials;
  /** Seconds. @default 0 */
  readonly keepAlive?: number;
  /** Whether each client has a will on `bench/will/<number>`. @default false */
  readonly wills?: boolean;
}

const CONCURRENT_CONNECTS = 50;

/** Connects a fleet; resolves when every client has its CONNACK. */
export function startFleet(options: FleetOptions): Promise<Fleet> {
  const child = fork(__filename, [JSON.stringify({ ...options, tls: options.tls?.directory })], {
    execArgv: ['--import', 'tsx'],
  });
  return new Promise((resolve) => {
    child.once('message', () => resolve({ cut: () => void child.kill('SIGKILL') }));
  });
}

async function connectAll(options: Omit<FleetOptions, 'tls'> & { readonly tls?: string }): Promise<void> {
  const target = { port: options.port, tls: options.tls === undefined ? undefined : readCredentials(options.tls) };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < options.clients; index = next++) {
      const willTopic = options.wills === true ? `bench/will/${index}` : undefined;
      await RawClient.connect(target, { clientId: `fleet-${index}`, keepAlive: options.keepAlive, willTopic });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_CONNECTS }, worker));
  process.send?.('connected');
}

if (require.main === module) void connectAll(JSON.parse(process.argv[2] ?? '{}'));

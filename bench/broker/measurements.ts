import type { BenchCredentials } from './credentials';
import { startFleet } from './fleet';
import { publishPacket, RawClient } from './raw-client';
import type { ServerProcess } from './server-process';

/** Something that is measured of a running broker, in its unit. */
export type Measurement = (server: ServerProcess, credentials: BenchCredentials) => Promise<number>;

const PAYLOAD = Buffer.alloc(64, 'x');
const now = (): number => performance.now();
const settle = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Storms before the measured ones, so that no broker is measured on code that it runs for the first time. */
const WARM_UP_STORMS = 1;
const MEASURED_STORMS = 3;

/** Milliseconds from cutting every client at once to the last will at the watcher; the best of several storms. */
export function willStorm(options: { readonly clients: number; readonly tls: boolean }): Measurement {
  return async (server, credentials) => {
    const watcher = await RawClient.connect({ port: server.port }, { clientId: 'watcher' });
    await watcher.subscribe('bench/will/#', 1);
    const target = options.tls ? { port: server.tlsPort, tls: credentials } : { port: server.port };
    const took: number[] = [];
    for (let round = 0; round < WARM_UP_STORMS + MEASURED_STORMS; round++) {
      const fleet = await startFleet({ ...target, clients: options.clients, wills: true });
      await settle(500);
      const all = arrivals(watcher, options.clients);
      const start = now();
      fleet.cut();
      await all;
      took.push(now() - start);
      await settle(500);
    }
    watcher.cut();
    return Math.min(...took.slice(WARM_UP_STORMS));
  };
}

/**
 * Connections per second, or per second of the broker's CPU: on a small machine the clients' side of TLS is the slower
 * one, so that the time on the clock says little about the broker.
 */
export function connectRate(options: {
  readonly clients: number;
  readonly tls: boolean;
  readonly per: 'second' | 'CPU second';
}): Measurement {
  return async (server, credentials) => {
    const target = options.tls ? { port: server.tlsPort, tls: credentials } : { port: server.port };
    const clients: RawClient[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < options.clients; index = next++) {
        clients.push(await RawClient.connect(target, { clientId: `connect-${index}` }));
      }
    };
    const seconds = (): number => (options.per === 'second' ? now() / 1000 : server.cpuSeconds());
    const start = seconds();
    await Promise.all(Array.from({ length: 50 }, worker));
    const perSecond = options.clients / (seconds() - start);
    for (const client of clients) client.cut();
    await settle(200);
    return perSecond;
  };
}

/** Messages per second that reach subscribers. */
export function throughput(options: {
  readonly qos: 0 | 1;
  readonly subscribers: number;
  readonly messages: number;
}): Measurement {
  return async (server) => {
    const target = { port: server.port };
    const subscribers: RawClient[] = [];
    for (let index = 0; index < options.subscribers; index++) {
      const subscriber = await RawClient.connect(target, { clientId: `subscriber-${index}` });
      await subscriber.subscribe('bench/topic', options.qos);
      subscribers.push(subscriber);
    }
    const publisher = await RawClient.connect(target, { clientId: 'publisher' });
    const all = Promise.all(subscribers.map((subscriber) => arrivals(subscriber, options.messages)));
    const start = now();
    await publishAll(publisher, options);
    await all;
    const perSecond = (options.messages * options.subscribers) / ((now() - start) / 1000);
    for (const client of [publisher, ...subscribers]) client.cut();
    await settle(100);
    return perSecond;
  };
}

/** QoS 1 with a window of unacknowledged messages, QoS 0 in chunks that let the subscribers keep up. */
async function publishAll(publisher: RawClient, { qos, messages }: { qos: 0 | 1; messages: number }): Promise<void> {
  const window = 200;
  let sent = 0;
  const send = (): void => {
    sent++;
    publisher.write(publishPacket('bench/topic', PAYLOAD, qos, (sent % 65_535) + 1));
  };
  if (qos === 1) {
    publisher.onPuback = () => {
      if (sent < messages) send();
    };
    for (let index = 0; index < window && sent < messages; index++) send();
    return;
  }
  const chunk = Buffer.concat(Array.from({ length: window }, () => publishPacket('bench/topic', PAYLOAD, 0, 0)));
  for (let left = messages; left > 0; left -= window) {
    publisher.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Bytes of resident memory per idle connection. */
export function memoryPerConnection(options: { readonly clients: number; readonly tls: boolean }): Measurement {
  return async (server, credentials) => {
    const tls = options.tls ? credentials : undefined;
    const port = options.tls ? server.tlsPort : server.port;
    await warmUp(port, tls);
    const before = await server.residentBytes();
    const fleet = await startFleet({ port, clients: options.clients, tls, keepAlive: 600 });
    await settle(1000);
    const after = await server.residentBytes();
    fleet.cut();
    await settle(1500);
    return (after - before) / options.clients;
  };
}

/** A few clients come and go, so that what a broker needs once is not counted per connection. */
async function warmUp(port: number, tls: BenchCredentials | undefined): Promise<void> {
  const fleet = await startFleet({ port, clients: 100, tls, keepAlive: 600 });
  fleet.cut();
  await settle(1000);
}

/** CPU milliseconds per second that idle clients with a keep alive cost. */
export function idleCost(options: { readonly clients: number; readonly seconds: number }): Measurement {
  return async (server) => {
    const fleet = await startFleet({ port: server.port, clients: options.clients, keepAlive: 60 });
    await settle(1000);
    const before = server.cpuSeconds();
    await settle(options.seconds * 1000);
    const cost = ((server.cpuSeconds() - before) * 1000) / options.seconds;
    fleet.cut();
    await settle(1500);
    return cost;
  };
}

/** A percentile, in milliseconds, of the time from cutting a single client to its will at the watcher. */
export function cutToWill(options: { readonly rounds: number; readonly percentile: number }): Measurement {
  return async (server) => {
    const target = { port: server.port };
    const watcher = await RawClient.connect(target, { clientId: 'watcher' });
    await watcher.subscribe('bench/will/#', 1);
    const latencies: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const client = await RawClient.connect(target, { clientId: 'device', willTopic: 'bench/will/device' });
      const arrived = arrivals(watcher, 1);
      const start = now();
      client.cut();
      await arrived;
      latencies.push(now() - start);
    }
    watcher.cut();
    latencies.sort((one, other) => one - other);
    return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * options.percentile))] ?? 0;
  };
}

function arrivals(client: RawClient, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    client.onPublish = () => {
      left--;
      if (left === 0) resolve();
    };
  });
}

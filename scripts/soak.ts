import { parseArgs } from 'node:util';
import { RawClient } from '../bench/broker/raw-client';
import { Broker } from '../local/broker/broker';
import { listenTcp } from '../local/broker/listeners/tcp';
import { permissiveAuthenticator } from '../local/broker/permissive-authenticator';
import { MQTT_PROFILE } from '../local/broker/profiles/mqtt';
import { SystemClock } from '../presence/clock';

// Connects, and ends in every way, many clients with wills; proves that every will that is due comes exactly once and
// that memory stays flat. Exit code 0 when both hold.

/** How a client ends, by its number, and whether its will is due. */
const ENDINGS = [
  { name: 'cut', willDue: true },
  { name: 'DISCONNECT', willDue: false },
  { name: 'taken over, then DISCONNECT', willDue: true },
  { name: 'ended by the broker', willDue: true },
] as const;

const CONCURRENT_CLIENTS = 50;
const SAMPLES = 20;
/** Heap growth between the first and the last fifth of the run that counts as flat. */
const FLAT_BYTES = 3_000_000;
const DISCONNECT = Buffer.from([0xe0, 0]);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cycles: { type: 'string', default: '100000' } } });
  const cycles = Number(values.cycles);
  const broker = new Broker({
    profile: MQTT_PROFILE,
    clock: new SystemClock(),
    authenticator: permissiveAuthenticator(),
  });
  const listener = await listenTcp(broker);
  const wills = new Uint8Array(cycles);
  const watcher = await RawClient.connect({ port: listener.port }, { clientId: 'watcher' });
  watcher.onPublish = (frame) => countWill(wills, frame);
  await watcher.subscribe('soak/#', 1);

  const heap: number[] = [];
  const started = performance.now();
  for (let sample = 0; sample < SAMPLES; sample++) {
    const from = Math.floor((sample * cycles) / SAMPLES);
    await runCycles(broker, listener.port, { from, to: Math.floor(((sample + 1) * cycles) / SAMPLES) });
    heap.push(await collectedHeap());
    process.stdout.write(`${from} cycles: heap ${megabytes(heap.at(-1) ?? 0)} MB\n`);
  }
  await settle();
  const seconds = (performance.now() - started) / 1000;
  const verdict = judge(wills, heap, broker);
  process.stdout.write(`${cycles} cycles in ${seconds.toFixed(0)} s\n${verdict.lines.join('\n')}\n`);
  watcher.cut();
  await broker.close();
  await listener.close();
  process.exitCode = verdict.passed ? 0 : 1;
}

async function runCycles(
  broker: Broker,
  port: number,
  range: { readonly from: number; readonly to: number },
): Promise<void> {
  let next = range.from;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < range.to; index = next++) await cycle(broker, port, index);
  };
  await Promise.all(Array.from({ length: CONCURRENT_CLIENTS }, worker));
}

async function cycle(broker: Broker, port: number, index: number): Promise<void> {
  const options = { clientId: `soak-${index}`, keepAlive: 60, willTopic: `soak/${index}/` };
  const client = await RawClient.connect({ port }, options);
  switch (index % ENDINGS.length) {
    case 0:
      client.cut();
      return;
    case 1:
      client.write(DISCONNECT);
      break;
    case 2: {
      const next = await RawClient.connect({ port }, options);
      next.write(DISCONNECT);
      await next.closed();
      break;
    }
    default:
      broker.disconnect(options.clientId, { cause: 'administrativeAction' });
  }
  await client.closed();
}

function countWill(wills: Uint8Array, frame: Buffer): void {
  const number = /soak\/(\d+)\//.exec(frame.toString('latin1'))?.[1];
  const index = Number(number);
  wills[index] = (wills[index] ?? 0) + 1;
}

function judge(wills: Uint8Array, heap: readonly number[], broker: Broker) {
  let missing = 0;
  let unexpected = 0;
  wills.forEach((count, index) => {
    const due = ENDINGS[index % ENDINGS.length]?.willDue === true ? 1 : 0;
    if (count < due) missing++;
    if (count > due) unexpected++;
  });
  const fifth = Math.ceil(heap.length / 5);
  const growth = Math.min(...heap.slice(-fifth)) - Math.min(...heap.slice(fifth, 2 * fifth));
  const sessions = broker.sessions().length;
  return {
    passed: missing === 0 && unexpected === 0 && growth <= FLAT_BYTES && sessions === 1,
    lines: [
      `wills missing: ${missing}, twice or not due: ${unexpected}`,
      `heap growth from the second to the last fifth: ${megabytes(growth)} MB (at most ${megabytes(FLAT_BYTES)})`,
      `sessions left: ${sessions} (the watcher's)`,
    ],
  };
}

async function collectedHeap(): Promise<number> {
  await settle();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Lets closed connections go. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

void main();

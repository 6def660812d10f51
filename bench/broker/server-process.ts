import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCredentials } from './credentials';

/** A broker that is measured. */
export type Contender = 'lastwill' | 'aedes' | 'mosquitto';

/** A broker in a process of its own. */
export interface ServerProcess {
  readonly name: Contender;
  readonly port: number;
  readonly tlsPort: number;
  /** Resident bytes, after a garbage collection where there is one. */
  residentBytes(): Promise<number>;
  /** CPU seconds used so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(existsSync);
/** Clock ticks per second in /proc on Linux. */
const TICKS_PER_SECOND = 100;

/** The brokers that can be measured here. */
export function contenders(): Contender[] {
  return MOSQUITTO === undefined ? ['lastwill', 'aedes'] : ['lastwill', 'aedes', 'mosquitto'];
}

/** Starts a broker with a plain and a TLS port; resolves when both accept connections. */
export async function startServer(name: Contender, credentials: BenchCredentials): Promise<ServerProcess> {
  return name === 'mosquitto' ? startMosquitto(credentials) : startNode(name, credentials);
}

async function startNode(name: 'lastwill' | 'aedes', credentials: BenchCredentials): Promise<ServerProcess> {
  const child = fork(join(__dirname, `${name}-server.ts`), [credentials.directory], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port, tlsPort } = (await answer(child)) as { port: number; tlsPort: number };
  return {
    name,
    port,
    tlsPort,
    residentBytes: async () => {
      child.send('collect');
      await answer(child);
      return residentBytes(child.pid);
    },
    cpuSeconds: () => cpuSeconds(child.pid),
    stop: () => stopped(child),
  };
}

async function startMosquitto(credentials: BenchCredentials): Promise<ServerProcess> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const configuration = join(directory, 'mosquitto.conf');
  writeFileSync(configuration, mosquittoConfiguration(port, tlsPort, credentials));
  const child = spawn(MOSQUITTO ?? 'mosquitto', ['-c', configuration], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    name: 'mosquitto',
    port,
    tlsPort,
    residentBytes: async () => residentBytes(child.pid),
    cpuSeconds: () => cpuSeconds(child.pid),
    stop: () => stopped(child),
  };
}

function mosquittoConfiguration(port: number, tlsPort: number, { directory }: BenchCredentials): string {
  return `user root
per_listener_settings false
allow_anonymous true
log_type none
max_queued_messages 0
max_inflight_messages 0
listener ${port} 127.0.0.1
listener ${tlsPort} 127.0.0.1
cafile ${directory}/ca.pem
certfile ${directory}/server.pem
keyfile ${directory}/server.key
require_certificate true
`;
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve));
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

function residentBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../presence/lwt-options';
import { writeWhole } from './files';

/** A device that the running cloud knows. */
export interface RunningIdentity {
  /** Folder with `AmazonRootCA1.pem`, `client-cert.pem` and, when the store has it, `private-key.pem`. */
  readonly directory: string;
  /** The MQTT client id that its policies expect. @default - any */
  readonly clientId?: string;
}

/** How to reach a running cloud. */
export interface RunningCloud {
  /** `mqtts://HOST:PORT` */
  readonly endpoint: string;
  /** `wss://HOST:PORT/mqtt` */
  readonly webSocketEndpoint: string;
  /** A name or address that the broker's certificate is for. */
  readonly host: string;
  readonly port: number;
  readonly webSocketPort: number;
  /** By thing name, client authentication name or a certificate's logical id. */
  readonly identities: Readonly<Record<string, RunningIdentity>>;
}

/** What `local.json` says while an engine runs. */
export interface Running {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly startedAt: number;
  readonly clouds: Readonly<Partial<Record<Cloud, RunningCloud>>>;
  /** `http://127.0.0.1:PORT` */
  readonly control: string;
  /** What callers of the embedded Azure Resource Manager must present. */
  readonly controlToken: string;
}

const FILE = 'local.json';

/** Writes `local.json`, so that other commands find the running cloud. */
export function writeRunningFile(stateDirectory: string, running: Running): void {
  const { clouds, control, controlToken } = running;
  const content = {
    pid: process.pid,
    startedAt: new Date(running.startedAt).toISOString(),
    control,
    controlToken,
    ...clouds,
  };
  writeWhole(join(stateDirectory, FILE), `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
}

/** Removes `local.json` when the engine stops. */
export function removeRunningFile(stateDirectory: string): void {
  rmSync(join(stateDirectory, FILE), { force: true });
}

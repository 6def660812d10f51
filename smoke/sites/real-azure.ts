import type { Clock } from '../../presence/clock';
import type { AzureDeployment, AzureSite } from './azure-site';
import type { ClientIdentity } from './client-identity';
import { RealTime } from './real-time';
import { dialTls, dialWebSocket } from './sockets';

/** Where the namespace is and as whom it is asked. */
export interface RealAzureOptions {
  readonly deployment: AzureDeployment;
  readonly host: string;
  /** Port of MQTT over TLS. */
  readonly port: number;
  /** Port of MQTT over WebSocket. */
  readonly webSocketPort: number;
  /** Finds key and certificate of a client. */
  readonly identityOf: (client: string) => ClientIdentity;
  /** Root to trust where the system does not, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
  readonly clock: Clock;
  readonly patienceSeconds: number;
}

/** An Event Grid namespace as it is reached from outside. */
export function realAzure(options: RealAzureOptions): AzureSite {
  const { deployment, host, port, webSocketPort, identityOf, rootCa } = options;
  const time = new RealTime(options);
  const trust = rootCa === undefined ? {} : { rootCa };
  return {
    name: host,
    deployment,
    pass: (seconds) => time.pass(seconds),
    rest: () => time.rest(),
    admit: (clientId) => time.admit(clientId),
    close: async () => time.end(),
    as: (client) => () => dialTls(host, port, { ...identityOf(client), ...trust }),
    asByWebSocket: (client) => () =>
      dialWebSocket(`wss://${host}:${webSocketPort}/mqtt`, { ...identityOf(client), ...trust }),
  };
}

import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { type AwsCredentials, signWebSocketUrl } from '../../device/aws-signature';
import type { Clock } from '../../presence/clock';
import type { AwsDeployment, AwsSite } from './aws-site';
import type { ClientIdentity } from './client-identity';
import { RealTime } from './real-time';
import { dialTls, dialWebSocket } from './sockets';

/** Where AWS IoT Core is and as whom it is asked. */
export interface RealAwsOptions {
  readonly deployment: AwsDeployment;
  readonly session: AwsSession;
  readonly host: string;
  /** Port of MQTT over TLS. */
  readonly port: number;
  /** Port of MQTT over WebSocket. */
  readonly webSocketPort: number;
  readonly region: string;
  /** Of the thing. */
  readonly identity: ClientIdentity;
  /** Root to trust where the system does not, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
  /** Of the operator; asked before every connection. */
  readonly credentials: () => Promise<AwsCredentials>;
  readonly clock: Clock;
  readonly patienceSeconds: number;
}

/** AWS IoT Core as it is reached from outside. */
export function realAws(options: RealAwsOptions): AwsSite {
  const { deployment, session, host, port, webSocketPort, region, identity, rootCa, credentials, clock } = options;
  const time = new RealTime(options);
  const trust = rootCa === undefined ? {} : { rootCa };
  const asOperator = async () => {
    const endpoint = { scheme: 'wss', host, port: webSocketPort, path: '/mqtt' } as const;
    const url = await signWebSocketUrl(endpoint, await credentials(), region, clock.now());
    return dialWebSocket(url, trust);
  };
  return {
    name: host,
    deployment,
    session,
    pass: (seconds) => time.pass(seconds),
    rest: () => time.rest(),
    admit: (clientId) => time.admit(clientId),
    close: async () => {
      time.end();
      session.close();
    },
    asDevice: () => dialTls(host, port, { ...trust, ...identity }),
    asOperator,
    asOperatorByWebSocket: asOperator,
  };
}

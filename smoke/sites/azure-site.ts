import type { Dial, Site } from './site';

/** What a deployed stack calls its parts. */
export interface AzureDeployment {
  /** May publish on its own status topic, and leaves a will there. */
  readonly sensor: string;
  readonly otherSensor: string;
  /** May subscribe to everybody's status. */
  readonly actuator: string;
  readonly otherActuator: string;
}

/** An Event Grid namespace, real or embedded, with the stack deployed. */
export interface AzureSite extends Site {
  readonly deployment: AzureDeployment;
  /** With the certificate of a client. */
  readonly as: (client: string) => Dial;
  /** The same, over WebSocket. */
  readonly asByWebSocket: (client: string) => Dial;
}

/** The client whose attributes the queries and templates of a smoke test's own groups are about. */
export const PROBER = 'prober';

import type { InProcessConnectOptions, InProcessMessage } from '../local/in-process-client';
import { mustBe, throwIfAny } from '../presence/errors';
import type { Cloud } from '../presence/lwt-options';
import type { Payload } from './payload';

/** How a device connects. */
export interface ConnectOptions extends Partial<Omit<InProcessConnectOptions, 'will'>> {
  /** What the broker publishes when the device vanishes; an object travels as JSON. @default - no will */
  readonly will?: Omit<InProcessMessage, 'payload' | 'qos'> & {
    readonly payload: Payload;
    /** @default 1 */
    readonly qos?: 0 | 1;
    /** Seconds, MQTT 5 only. @default 0 */
    readonly delaySeconds?: number;
  };
  /** The certificate by its logical id or id, when the name alone does not tell. @default - a certificate of the thing */
  readonly certificate?: string;
  /** Which cloud to connect to, when templates for both are deployed. @default - the one that knows the name */
  readonly cloud?: Cloud;
}

/**
 * Refuses what does not fit into a CONNECT: integers of two and of four bytes [MQTT-3.1.2.10, 3.1.2.11.2, 3.1.3.2.2].
 * @throws LastwillError OPTION_INVALID that names every option, its range and the value.
 */
export function refuseOutOfRange({ keepAliveSeconds, sessionExpirySeconds, will }: ConnectOptions): void {
  throwIfAny('OPTION_INVALID', [
    ...rangeProblem('keepAliveSeconds', keepAliveSeconds, 0xffff),
    ...rangeProblem('sessionExpirySeconds', sessionExpirySeconds, 0xffffffff),
    ...rangeProblem('will.delaySeconds', will?.delaySeconds, 0xffffffff),
  ]);
}

function rangeProblem(prop: string, value: number | undefined, most: number): string[] {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= most)) return [];
  return [mustBe(prop, `an integer from 0 to ${most}`, value)];
}

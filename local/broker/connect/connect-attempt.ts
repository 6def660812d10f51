import type { ConnectPacket } from '../codec/packet';
import type { Connection } from '../connection';
import type { Core } from '../core';
import type { Authentication, ConnectRequest, Explanation, RefusalSituation } from '../ports';
import type { Session } from '../session';

/** A CONNECT on its way through the steps; each step may rely on what the steps before it filled in. */
export interface ConnectAttempt {
  readonly core: Core;
  readonly connection: Connection;
  readonly packet: ConnectPacket;
  /** What the broker made up for a client that sent an empty client id. */
  assignedClientId?: string;
  request?: ConnectRequest;
  authentication?: Extract<Authentication, { accepted: true }>;
  session?: Session;
  sessionPresent: boolean;
}

/** Why a CONNECT is refused. */
export interface ConnectRefusal {
  readonly mqtt5: number;
  /** A return code, or the connection is closed without CONNACK. */
  readonly mqtt311: number | 'close';
  readonly explanation: Explanation;
  /** The will's topic when the will is the reason. */
  readonly topic?: string;
}

/** One step of answering CONNECT: `undefined` to go on. */
export type ConnectStep = (attempt: ConnectAttempt) => ConnectRefusal | undefined;

/** The refusal that the profile has for a situation. */
export function refusal(core: Core, situation: RefusalSituation, explanation: Explanation): ConnectRefusal {
  return { ...core.profile.reasons.refusal[situation], explanation };
}

/** A refusal of the will itself. */
export function willRefusal(core: Core, reasonCode: number, topic: string, reason: string): ConnectRefusal {
  return { mqtt5: reasonCode, mqtt311: core.profile.reasons.badWill311, explanation: { reason }, topic };
}

import type { Packet } from '../codec/packet';
import type { Connection } from '../connection';
import type { Core } from '../core';
import type { Session } from '../session';

/** Acts on one kind of packet from a connected client; throws ProtocolViolation to end the connection. */
export type Handler<Command extends Packet['cmd']> = (
  core: Core,
  client: { readonly connection: Connection; readonly session: Session },
  packet: Extract<Packet, { cmd: Command }>,
) => void;

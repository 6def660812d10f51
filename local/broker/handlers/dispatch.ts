import type { Packet } from '../codec/packet';
import { ProtocolViolation, Throttled } from '../codec/protocol-violation';
import { ReasonCode } from '../codec/reason-code';
import type { Connection } from '../connection';
import type { Core } from '../core';
import { auth } from './auth';
import { connect } from './connect';
import { disconnect } from './disconnect';
import type { Handler } from './handler';
import { pingreq } from './pingreq';
import { puback } from './puback';
import { pubcomp } from './pubcomp';
import { publish } from './publish';
import { pubrec } from './pubrec';
import { pubrel } from './pubrel';
import { subscribe } from './subscribe';
import { unsubscribe } from './unsubscribe';

const refuseServerPacket = (): never => {
  throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'only a server sends that packet');
};

const handlers: { readonly [Command in Packet['cmd']]: Handler<Command> } = {
  connect: () => {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'CONNECT must be sent once only [MQTT-3.1.0-2]');
  },
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  unsubscribe,
  pingreq,
  disconnect,
  auth,
  connack: refuseServerPacket,
  suback: refuseServerPacket,
  unsuback: refuseServerPacket,
  pingresp: refuseServerPacket,
};

/** Hands a packet to its handler; the first one must be CONNECT [MQTT-3.1.0-1]. */
export function dispatch(core: Core, connection: Connection, packet: Packet): void {
  const { session } = connection;
  if (session === undefined) {
    if (packet.cmd !== 'connect') {
      throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'the first packet must be CONNECT [MQTT-3.1.0-1]');
    }
    connect(core, connection, packet);
    return;
  }
  checkUserProperties(core, packet);
  checkRate(core, connection, packet);
  const handle = handlers[packet.cmd] as Handler<Packet['cmd']>;
  handle(core, { connection, session }, packet);
}

/** Some brokers take user properties in PUBLISH only; CONNECT has its own answer. */
function checkUserProperties(core: Core, packet: Packet): void {
  if (core.profile.features.userPropertiesOutsidePublish || packet.cmd === 'publish') return;
  if (!('properties' in packet) || packet.properties.userProperties === undefined) return;
  const { unexpectedUserProperties } = core.profile.reasons;
  throw new ProtocolViolation(unexpectedUserProperties, `user properties are not supported in ${packet.cmd}`);
}

function checkRate(core: Core, connection: Connection, packet: Packet): void {
  if (core.throttle === undefined || (packet.cmd !== 'subscribe' && packet.cmd !== 'unsubscribe')) return;
  if (core.throttle.allowsSubscribe(connection)) return;
  throw new Throttled(core.profile.reasons.subscribeRate, 'more SUBSCRIBEs per second than a connection may send');
}

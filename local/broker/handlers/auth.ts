import { ProtocolViolation } from '../codec/protocol-violation';
import { ReasonCode } from '../codec/reason-code';
import { endConnection } from '../session-lifecycle';
import type { Handler } from './handler';

/** AUTH from a connected client: re-authentication, for authenticators that know it (4.12.1). */
export const auth: Handler<'auth'> = (core, { connection }, packet) => {
  const { authenticator } = core.options;
  const { request, peer } = connection;
  const { authenticationMethod, authenticationData } = packet.properties;
  if (
    authenticator.reauthenticate === undefined ||
    peer === undefined ||
    request?.authenticationMethod === undefined ||
    packet.reasonCode !== ReasonCode.RE_AUTHENTICATE ||
    authenticationMethod !== request.authenticationMethod
  ) {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'AUTH is not expected here');
  }
  const authentication = authenticator.reauthenticate({ ...request, authenticationData }, peer);
  if (!authentication.accepted) {
    endConnection(core, connection, {
      cause: 'notAuthorized',
      reasonCode: ReasonCode.NOT_AUTHORIZED,
      detail: authentication.explanation.reason,
      tellsClient: true,
    });
    return;
  }
  connection.permissions = authentication.permissions;
  connection.send({ cmd: 'auth', reasonCode: ReasonCode.SUCCESS, properties: { authenticationMethod } });
};

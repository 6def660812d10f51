import { Session } from '../session';
import { detachForTakeOver, endSession } from '../session-lifecycle';
import { cancelWill, effectiveDelaySeconds, publishWill } from '../wills';
import { requestOf } from './authorise-connect';
import type { ConnectAttempt, ConnectStep } from './connect-attempt';

/** Ends the connection that the session has now and decides over its will [MQTT-3.1.4-3]. */
export const takeOver: ConnectStep = (attempt) => {
  const { core } = attempt;
  const existing = core.sessions.get(requestOf(attempt).clientId);
  if (existing === undefined) return undefined;
  const resumed = isResumed(attempt, existing);
  if (existing.connection !== undefined) {
    detachForTakeOver(core, existing.connection);
    const delayed = existing.will !== undefined && effectiveDelaySeconds(core, existing, existing.will) > 0;
    if (!delayed) publishWill(core, existing);
  }
  if (resumed) cancelWill(core, existing, 'the client reconnected before the will delay had passed');
  else endSession(core, existing, requestOf(attempt).cleanStart ? 'cleanStart' : 'disconnected');
  return undefined;
};

/** Takes up the session that is left, or begins a new one [MQTT-3.1.2-4], [MQTT-3.1.2-5], [MQTT-3.1.2-6]. */
export const openSession: ConnectStep = (attempt) => {
  const { core, connection, authentication } = attempt;
  const request = requestOf(attempt);
  const existing = core.sessions.get(request.clientId);
  const session = existing ?? new Session(request.clientId, authentication?.owner ?? '', request.protocolVersion);
  core.sessions.set(request.clientId, session);
  session.expiryTimer?.cancel();
  session.expiryTimer = undefined;
  session.expirySeconds = request.sessionExpirySeconds;
  session.protocolVersion = request.protocolVersion;
  session.connection = connection;
  connection.session = session;
  attempt.session = session;
  attempt.sessionPresent = existing !== undefined;
  return undefined;
};

/** Keeps the will with the session [MQTT-3.1.2-7]. */
export const registerWill: ConnectStep = ({ connection, session, request, authentication }) => {
  if (session === undefined || request?.will === undefined || authentication === undefined) return undefined;
  const { principal, remoteAddress } = connection;
  session.will = { will: request.will, principal, remoteAddress, permissions: authentication.permissions };
  return undefined;
};

/** A session ends with its connection when it has no expiry, so that only a session with one is there to resume. */
function isResumed(attempt: ConnectAttempt, existing: Session): boolean {
  const request = requestOf(attempt);
  const sameVersion = existing.protocolVersion === request.protocolVersion;
  const { sessionsCrossVersions } = attempt.core.profile.behaviour;
  return !request.cleanStart && existing.expirySeconds > 0 && (sameVersion || sessionsCrossVersions);
}

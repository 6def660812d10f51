import { type Endpoint, formatEndpoint } from './endpoint';
import type { Decision } from './reason-codes';
import type { TlsMaterial } from './tls-material';

/** Why a connection could not be made or was lost, in one sentence, and what to do about it. */
export interface ConnectionFailure {
  readonly sentence: string;
  readonly decision: Decision;
}

interface Explanation extends ConnectionFailure {
  readonly codes: RegExp;
}

/** Explains an error of TCP, TLS or WebSocket. A broker that cannot prove who it is is never tried again by itself. */
export function explainFailure(error: Error, endpoint: Endpoint, tls: TlsMaterial): ConnectionFailure {
  const code = codeOf(error);
  const broker = formatEndpoint(endpoint);
  const found = explanations(broker, endpoint, tls).find((explanation) => explanation.codes.test(code));
  if (/before secure TLS connection was established/.test(error.message)) {
    // Node.js says ECONNRESET of this too.
    const hint = 'for a broker without TLS write the endpoint as mqtt://host:port';
    return { sentence: `${broker} closed the connection before TLS was set up; ${hint}`, decision: 'retry' };
  }
  const status = /^Unexpected server response: (\d{3})$/.exec(error.message)?.[1];
  if (status !== undefined) return explainStatus(status, broker);
  if (found === undefined) {
    return { sentence: `${broker}: ${error.message}`, decision: 'retry' };
  }
  return { sentence: `${found.sentence} (${code})`, decision: found.decision };
}

/** OpenSSL's own reason where Node.js only says that a write failed. */
function codeOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1] : undefined;
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
}

/** A WebSocket that was answered with another status than 101. */
function explainStatus(status: string, broker: string): ConnectionFailure {
  if (status === '401' || status === '403') {
    const check = 'check the AWS credentials, their region and clock, and that their policy allows iot:Connect';
    return {
      sentence: `${broker} refuses the signature of the WebSocket (HTTP ${status}); ${check}`,
      decision: 'stop',
    };
  }
  const decision = status === '429' || status.startsWith('5') ? 'retry' : 'stop';
  return { sentence: `${broker} does not open a WebSocket (HTTP ${status})`, decision };
}

function explanations(broker: string, { host }: Endpoint, tls: TlsMaterial): readonly Explanation[] {
  return [...tlsExplanations(broker, host, tls), ...networkExplanations(broker, host)];
}

function tlsExplanations(broker: string, host: string, tls: TlsMaterial): readonly Explanation[] {
  const stop = (codes: RegExp, sentence: string): Explanation => ({ codes, sentence, decision: 'stop' });
  const proof =
    tls.certificate === undefined
      ? 'asks for a client certificate and none was given'
      : 'refuses the client certificate';
  return [
    stop(
      /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_SIGNATURE_FAILURE|INVALID_CA)$/,
      `${broker} shows a certificate that does not come from ${tls.rootCaName}; give its root CA`,
    ),
    stop(
      /^ERR_TLS_CERT_ALTNAME_INVALID$/,
      `${broker} shows a certificate that is not for the host name ${tls.serverName ?? host}`,
    ),
    stop(/^CERT_HAS_EXPIRED$/, `${broker} shows a certificate that has expired, or this machine's clock is wrong`),
    stop(
      /^CERT_NOT_YET_VALID$/,
      `${broker} shows a certificate that is not valid yet, or this machine's clock is wrong`,
    ),
    stop(/^ERR_SSL_\w*(UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION)$/, `${broker} speaks neither TLS 1.2 nor TLS 1.3`),
    stop(/^CERT_REVOKED$/, `${broker} shows a certificate that was revoked`),
    stop(
      /^ERR_SSL_(TLSV1[23]?|SSLV3|SSL\/TLS)_ALERT_(CERTIFICATE_\w+|UNKNOWN_CA|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|HANDSHAKE_FAILURE|ACCESS_DENIED|DECRYPT_ERROR)$/,
      `${broker} ${proof}`,
    ),
    stop(
      /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/,
      `${broker} does not speak TLS on this port; for a broker without TLS write the endpoint as mqtt://host:port`,
    ),
    stop(
      /^ERR_SSL_\w*NO_APPLICATION_PROTOCOL$/,
      `${broker} does not know the protocol names ${(tls.alpnProtocols ?? []).join(', ')}`,
    ),
  ];
}

function networkExplanations(broker: string, host: string): readonly Explanation[] {
  const retry = (codes: RegExp, sentence: string): Explanation => ({ codes, sentence, decision: 'retry' });
  return [
    retry(/^ECONNREFUSED$/, `nothing listens at ${broker}`),
    retry(/^(ENOTFOUND|EAI_AGAIN|EAI_NODATA)$/, `the host name ${host} cannot be resolved`),
    retry(/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/, `${broker} cannot be reached`),
    retry(/^(ECONNRESET|EPIPE|ECONNABORTED)$/, `${broker} broke the connection off`),
  ];
}

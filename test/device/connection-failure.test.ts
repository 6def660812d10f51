import { explainFailure } from '../../device/connection-failure';

const endpoint = { scheme: 'mqtts', host: 'broker.test', port: 8883, path: '/mqtt' } as const;

function failure(code: string, certificate?: string) {
  const error = Object.assign(new Error('as OpenSSL says it'), { code });
  return explainFailure(error, endpoint, { certificate, rootCaName: 'root.pem' });
}

test.each([
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
])('%s means that the client certificate is refused, and is not tried again', (code) => {
  expect(failure(code, 'pem')).toEqual({
    sentence: `mqtts://broker.test:8883 refuses the client certificate (${code})`,
    decision: 'stop',
  });
});

test('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED without a certificate asks for one', () => {
  expect(failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED').sentence).toBe(
    'mqtts://broker.test:8883 asks for a client certificate and none was given (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
  );
});

test.each([
  ['ECONNREFUSED', 'nothing listens at mqtts://broker.test:8883 (ECONNREFUSED)'],
  ['ENOTFOUND', 'the host name broker.test cannot be resolved (ENOTFOUND)'],
  ['ETIMEDOUT', 'mqtts://broker.test:8883 cannot be reached (ETIMEDOUT)'],
  ['ECONNRESET', 'mqtts://broker.test:8883 broke the connection off (ECONNRESET)'],
])('%s passes and is tried again', (code, sentence) => {
  expect(failure(code)).toEqual({ sentence, decision: 'retry' });
});

test('an error that is not known is told in its own words', () => {
  expect(failure('E_STRANGE')).toEqual({ sentence: 'mqtts://broker.test:8883: as OpenSSL says it', decision: 'retry' });
});

import { createHash, X509Certificate } from 'node:crypto';
import { Broker } from '../../local/broker/broker';
import { listenTcp } from '../../local/broker/listeners/tcp';
import { listenTls } from '../../local/broker/listeners/tls';
import type { Authenticator, Decision } from '../../local/broker/ports';
import { MQTT_PROFILE } from '../../local/broker/profiles/mqtt';
import { SystemClock } from '../../presence/clock';
import { matchesTopic } from '../../presence/topic';
import { readCredentials } from './credentials';

const credentials = readCredentials(process.argv[2] ?? '');
const ALLOWED: Decision = { allowed: true };
const DENIED: Decision = { allowed: false, explanation: { reason: 'no pattern allows it' } };
const registered = new Map([[fingerprint(new X509Certificate(credentials.client.cert).raw), ['bench/#']]]);

function fingerprint(certificate: Buffer): string {
  return createHash('sha256').update(certificate).digest('hex');
}

/** A certificate registry and topic policies: a TLS client needs a certificate that is known, and everybody a topic that is allowed. */
const authenticator: Authenticator = {
  authenticate: (request, peer) => {
    const leaf = peer.certificates[0];
    const allowed = leaf === undefined ? ['bench/#'] : registered.get(fingerprint(leaf));
    if (allowed === undefined || (peer.transport === 'tls' && leaf === undefined)) {
      return {
        accepted: false,
        situation: 'notAuthorized',
        explanation: { reason: 'the certificate is not registered' },
      };
    }
    const decide = (topic: string): Decision =>
      allowed.some((pattern) => matchesTopic(pattern, topic)) ? ALLOWED : DENIED;
    const permissions = { publish: decide, subscribe: () => ALLOWED, receive: decide };
    return { accepted: true, principal: request.clientId, owner: request.clientId, permissions };
  },
};

async function serve(): Promise<void> {
  const broker = new Broker({ profile: MQTT_PROFILE, clock: new SystemClock(), authenticator });
  const tcp = await listenTcp(broker);
  const tls = await listenTls(broker, credentials.server);
  process.on('message', () => {
    globalThis.gc?.();
    process.send?.('collected');
  });
  process.send?.({ port: tcp.port, tlsPort: tls.port });
}

void serve();

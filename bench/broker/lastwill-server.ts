import { X509Certificate } from 'node:crypto';
import { AwsAuthenticator } from '../../local/aws/authenticator';
import { CertificateAuthority } from '../../local/aws/certificate-authority';
import { memoryCertificateStore } from '../../local/aws/certificate-store';
import { resolveWithCertificates } from '../../local/aws/provision';
import { loadRegistry } from '../../local/aws/registry-loading';
import { Broker } from '../../local/broker/broker';
import { listenTcp } from '../../local/broker/listeners/tcp';
import { listenTls } from '../../local/broker/listeners/tls';
import type { Authenticator } from '../../local/broker/ports';
import { MQTT_PROFILE } from '../../local/broker/profiles/mqtt';
import { resolveTemplates } from '../../local/template/cloudformation';
import { SystemClock } from '../../presence/clock';
import { readCredentials } from './credentials';

const credentials = readCredentials(process.argv[2] ?? '');
const clock = new SystemClock();
const ARN = 'arn:aws:iot:us-east-1:123456789012:';

/** An account with the client's certificate and a policy of four statements, as a device has. */
const RESOURCES = {
  Certificate: {
    Type: 'AWS::IoT::Certificate',
    Properties: {
      CertificatePem: credentials.client.cert.toString(),
      CertificateMode: 'SNI_ONLY',
      Status: 'ACTIVE',
    },
  },
  Policy: {
    Type: 'AWS::IoT::Policy',
    Properties: {
      PolicyName: 'bench',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'iot:Connect', Resource: `${ARN}client/*` },
          { Effect: 'Allow', Action: 'iot:Publish', Resource: `${ARN}topic/bench/*` },
          { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/bench/*` },
          { Effect: 'Allow', Action: 'iot:Receive', Resource: `${ARN}topic/bench/*` },
        ],
      },
    },
  },
  Attachment: {
    Type: 'AWS::IoT::PolicyPrincipalAttachment',
    Properties: { PolicyName: 'bench', Principal: { 'Fn::GetAtt': ['Certificate', 'Arn'] } },
  },
};

/** The certificate registry and the policies of the embedded AWS; a client on plain TCP counts as one with the certificate. */
async function createAuthenticator(): Promise<Authenticator> {
  const authority = await CertificateAuthority.open({ store: memoryCertificateStore(), clock });
  const { resolved, issued } = await resolveWithCertificates(authority, (provision) =>
    resolveTemplates([{ name: 'bench.json', json: { Resources: RESOURCES } }], { provision }),
  );
  const aws = new AwsAuthenticator({ registry: loadRegistry(resolved, issued) });
  const certificates = [new X509Certificate(credentials.client.cert).raw];
  return {
    authenticate: (request, peer) =>
      aws.authenticate(request, peer.transport === 'tcp' ? { ...peer, certificates } : peer),
  };
}

async function serve(): Promise<void> {
  const broker = new Broker({ profile: MQTT_PROFILE, clock, authenticator: await createAuthenticator() });
  const tcp = await listenTcp(broker);
  const tls = await listenTls(broker, credentials.server);
  process.on('message', () => {
    globalThis.gc?.();
    process.send?.('collected');
  });
  process.send?.({ port: tcp.port, tlsPort: tls.port });
}

void serve();

import { AwsSession } from '../../cloud-clients/aws/aws-session';
import { signWebSocketUrl } from '../../device/aws-signature';
import { parseEndpoint } from '../../device/endpoint';
import type { AwsOptions } from '../../local/aws-cloud';
import type { AwsDeployment, AwsSite } from './aws-site';
import { EmbeddedEngine } from './embedded-engine';
import { dialWebSocket } from './sockets';

/** Whoever may do everything, in memory. */
const OPERATOR = 'iam:smoke';

/**
 * The embedded AWS with the templates that were deployed.
 * @throws LastwillError TEMPLATE_INVALID
 */
export async function embeddedAws(options: AwsOptions, deployment: AwsDeployment): Promise<AwsSite> {
  const embedded = await EmbeddedEngine.start({ aws: options });
  const running = await embedded.listen();
  const { engine } = embedded;
  const { registry, iamIdentity } = engine.aws ?? {};
  if (registry === undefined || iamIdentity === undefined) throw new Error('the engine runs no AWS');
  const session = new AwsSession({ endpoint: running.control, region: registry.region, credentials: iamIdentity });
  return {
    name: 'embedded',
    deployment,
    session,
    pass: (seconds) => embedded.pass(seconds),
    rest: () => embedded.rest(),
    admit: async () => undefined,
    close: async () => {
      session.close();
      await embedded.close();
    },
    asDevice: () => embedded.dial('aws', deployment.thing),
    asOperator: () => embedded.dial('aws', OPERATOR),
    asOperatorByWebSocket: async () => {
      const endpoint = parseEndpoint(running.aws?.webSocketEndpoint ?? '');
      if ('problem' in endpoint) throw new Error(endpoint.problem);
      const url = await signWebSocketUrl(endpoint, iamIdentity, registry.region, embedded.now());
      return embedded.keep(await dialWebSocket(url, { rootCa: engine.rootCertificatePem }));
    },
  };
}

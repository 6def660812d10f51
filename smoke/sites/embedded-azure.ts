import type { AzureOptions } from '../../local/azure-cloud';
import type { AzureDeployment, AzureSite } from './azure-site';
import { type ClientIdentity, chainInDer } from './client-identity';
import { EmbeddedEngine } from './embedded-engine';
import { dialWebSocket } from './sockets';

/**
 * The embedded Event Grid namespace with the configuration that was deployed.
 * @param identityOf finds key and certificate of a client
 * @throws LastwillError TEMPLATE_INVALID
 */
export async function embeddedAzure(
  options: AzureOptions,
  deployment: AzureDeployment,
  identityOf: (client: string) => ClientIdentity,
): Promise<AzureSite> {
  const embedded = await EmbeddedEngine.start({ azure: options });
  return {
    name: 'embedded',
    deployment,
    pass: (seconds) => embedded.pass(seconds),
    rest: () => embedded.rest(),
    admit: async () => undefined,
    close: () => embedded.close(),
    as: (client) => () => embedded.dialWithCertificate('azure', chainInDer(identityOf(client).certificate)),
    asByWebSocket: (client) => async () => {
      const { azure } = await embedded.listen();
      const rootCa = embedded.engine.rootCertificatePem;
      return embedded.keep(await dialWebSocket(azure?.webSocketEndpoint ?? '', { ...identityOf(client), rootCa }));
    },
  };
}

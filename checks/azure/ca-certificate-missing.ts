import { type AzureRule, at } from './azure-subject';

/** There is an authority for clients that are known by what their certificate says. */
export const caCertificateMissing: AzureRule = {
  id: 'lastwill:caCertificateMissing',
  severity: 'warning',
  what: 'A namespace whose clients are known by a field of their certificate has a CA certificate.',
  why: 'Event Grid believes such a certificate only when an authority of the namespace has signed it: without one the client cannot connect.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication',
  check: (subject) => {
    const { clients, caCertificates, partial } = subject.registry;
    const known = [...clients.values()].filter(({ scheme }) => scheme !== 'Thumbprint');
    if (known.length === 0 || partial) return 'notApplicable';
    if (caCertificates.length > 0) return [];
    return known.map(({ logicalId, identity, scheme }) =>
      at(
        subject,
        logicalId,
        `${identity.authenticationName} is known by the ${scheme.toLowerCase()} of its certificate, and the namespace has no CA certificate`,
      ),
    );
  },
};

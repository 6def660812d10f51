import { type AzureRule, at } from './azure-subject';

/** A certificate stands for one client. */
export const sharedCertificate: AzureRule = {
  id: 'lastwill:sharedCertificate',
  severity: 'warning',
  what: 'Every certificate lets in one client.',
  why: 'Whoever holds the key of a certificate that several clients allow can connect as each of them, and a key that is stolen cannot be revoked without the others.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients',
  check: (subject) => {
    const clients = [...subject.registry.clients.values()].filter(({ thumbprints }) => thumbprints.length > 0);
    if (clients.length === 0) return 'notApplicable';
    const holders = new Map<string, string>();
    return clients.flatMap(({ logicalId, identity, thumbprints }) =>
      thumbprints.flatMap((thumbprint) => {
        const other = holders.get(thumbprint);
        holders.set(thumbprint, identity.authenticationName);
        if (other === undefined || other === identity.authenticationName) return [];
        const message = `${identity.authenticationName} has the thumbprint ${thumbprint.slice(0, 8)}... of ${other} too: give it a certificate of its own`;
        return [at(subject, logicalId, message)];
      }),
    );
  },
};

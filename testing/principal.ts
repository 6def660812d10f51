import type { AwsCloud } from '../local/aws-cloud';
import { LastwillError, mustBe } from '../presence/errors';

/** Whom a device stands for, and its client id unless the test says otherwise. */
export interface Principal {
  readonly principal: string;
  readonly clientId: string;
}

/**
 * The certificate behind a name: that of the thing with that name or logical id, or the one with that logical id.
 * @param certificate logical id or id of a certificate; then the name is only a client id.
 * @throws LastwillError OPTION_INVALID when there is none, with the names that there are.
 */
export function findPrincipal({ registry }: AwsCloud, name: string, certificate?: string): Principal {
  const thing = [...registry.things.values()].find(
    (candidate) => candidate.name === name || candidate.source?.logicalId === name,
  );
  const clientId = thing?.name ?? name;
  const found = registry.findCertificate(certificate ?? clientId);
  if (found !== undefined) return { principal: found.id, clientId };
  if (certificate !== undefined) {
    const known = [...registry.certificates.values()].map(({ id, source }) => source?.logicalId ?? id);
    throw new LastwillError('OPTION_INVALID', mustBe('certificate', `one of ${list(known)}`, certificate));
  }
  if (thing !== undefined) {
    throw new LastwillError(
      'OPTION_INVALID',
      `thing '${thing.name}' must have a certificate to connect with, it has none`,
    );
  }
  const known = [
    ...registry.things.keys(),
    ...[...registry.certificates.values()].map(({ source }) => source?.logicalId),
  ];
  throw new LastwillError(
    'OPTION_INVALID',
    `${mustBe('name', `a thing or certificate of the templates: ${list(known)}`, name)}; observe() and publish() need neither`,
  );
}

function list(names: readonly (string | undefined)[]): string {
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? '(there are none)' : known.map((name) => `'${name}'`).join(', ');
}

import type { Source } from '../local/aws/registry';
import type { AwsCloud } from '../local/aws-cloud';
import type { AzureCloud } from '../local/azure-cloud';
import { constructId } from '../local/custom-resource';
import type { Engine } from '../local/engine';
import { LastwillError, mustBe } from '../presence/errors';
import type { Cloud } from '../presence/lwt-options';

/** Whom a device stands for, in which cloud, and its client id unless the test says otherwise. */
export interface Principal {
  readonly cloud: Cloud;
  readonly principal: string;
  readonly clientId: string;
}

/** How a principal is looked for. */
export interface PrincipalOptions {
  /** AWS: id or logical id of a certificate, or its construct id; then the name is only a client id. @default - a certificate of the thing */
  readonly certificate?: string;
  /** @default - the cloud that knows the name */
  readonly cloud?: Cloud;
}

/**
 * Who stands behind a name. AWS: the certificate of the thing with that name or logical id, or the certificate with that
 * logical id; of one that the AWS CDK made, the last eight characters may be left out. Azure: the client with that authentication name.
 * @throws LastwillError OPTION_INVALID when there is none, with the names that there are, or when both clouds know it.
 */
export function findPrincipal({ aws, azure }: Engine, name: string, options: PrincipalOptions = {}): Principal {
  const { certificate, cloud } = options;
  const found = [
    aws === undefined || cloud === 'azure' ? undefined : findOnAws(aws, name, certificate),
    azure === undefined || cloud === 'aws' || certificate !== undefined ? undefined : findOnAzure(azure, name),
  ].filter((principal) => principal !== undefined);
  const [principal, another] = found;
  if (principal === undefined) throw new LastwillError('OPTION_INVALID', unknown(name, certificate, { aws, azure }));
  if (another === undefined) return principal;
  throw new LastwillError('OPTION_INVALID', `cloud must be 'aws' or 'azure' for '${name}', which both know`);
}

function findOnAws({ registry }: AwsCloud, name: string, certificate: string | undefined): Principal | undefined {
  const thing = registry.things.get(name) ?? declaredAs(name, registry.things.values());
  const clientId = thing?.name ?? name;
  const wanted = certificate ?? clientId;
  const found = registry.findCertificate(wanted) ?? declaredAs(wanted, registry.certificates.values());
  if (found !== undefined) return { cloud: 'aws', principal: found.id, clientId };
  if (thing === undefined || certificate !== undefined) return undefined;
  throw new LastwillError(
    'OPTION_INVALID',
    `thing '${thing.name}' must have a certificate to connect with, it has none`,
  );
}

/**
 * The one that a template declares under a logical id, or under the ids of constructs of the AWS CDK: those, one after
 * the other, and eight characters that make them unique, are the logical id.
 */
function declaredAs<T extends { readonly source?: Source }>(id: string, all: Iterable<T>): T | undefined {
  const declared = [...all];
  const exact = declared.find(({ source }) => source?.logicalId === id);
  const similar = declared.filter(({ source }) => source !== undefined && constructId(source.logicalId) === id);
  return exact ?? (similar.length === 1 ? similar[0] : undefined);
}

function findOnAzure({ registry }: AzureCloud, name: string): Principal | undefined {
  const { authenticationName } = registry.clients.get(name.toLowerCase())?.identity ?? {};
  return authenticationName === undefined
    ? undefined
    : { cloud: 'azure', principal: authenticationName, clientId: authenticationName };
}

function unknown(
  name: string,
  certificate: string | undefined,
  { aws, azure }: { readonly aws: AwsCloud | undefined; readonly azure: AzureCloud | undefined },
): string {
  const certificates = [...(aws?.registry.certificates.values() ?? [])].map(
    ({ id, source }) => source?.logicalId ?? id,
  );
  if (certificate !== undefined) return mustBe('certificate', `one of ${list(certificates)}`, certificate);
  const clients = [...(azure?.registry.clients.values() ?? [])].map(({ identity }) => identity.authenticationName);
  const known = list([...(aws?.registry.things.keys() ?? []), ...certificates, ...clients]);
  const others = azure?.otherNamespaces ?? [];
  const elsewhere =
    others.length === 0 ? '' : `; namespace may choose ${list(others)} instead of '${azure?.registry.namespace.name}'`;
  const rule = `${mustBe('name', `a thing, certificate or client of the templates: ${known}`, name)}${elsewhere}`;
  return aws === undefined ? rule : `${rule}; observe() and publish() need neither`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '(there are none)' : names.map((name) => `'${name}'`).join(', ');
}

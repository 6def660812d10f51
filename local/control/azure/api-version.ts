import { ArmError } from './arm-error';

const NAMESPACES = 'microsoft.eventgrid/namespaces';
/** Versions of Event Grid's API that have namespaces. @see https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/change-log/namespaces */
const NAMESPACE_VERSIONS = [
  '2023-06-01-preview',
  '2023-12-15-preview',
  '2024-06-01-preview',
  '2024-12-15-preview',
  '2025-02-15',
  '2025-04-01-preview',
  '2025-07-15-preview',
  '2025-10-15-preview',
  '2025-11-15-preview',
];

/**
 * Refuses a request without a version, with what is none, and one for namespaces in a version that has none.
 * @param type resource type in lower case, e.g. `microsoft.eventgrid/namespaces/clients`
 * @throws ArmError as Azure words it
 */
export function requireApiVersion(version: string | null, type: string): void {
  if (version === null || version === '') {
    throw new ArmError(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
      400,
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}(-\w+)?$/.test(version)) {
    throw new ArmError('InvalidApiVersionParameter', `The api-version '${version}' is invalid.`, 400);
  }
  if (type !== NAMESPACES && !type.startsWith(`${NAMESPACES}/`)) return;
  if (NAMESPACE_VERSIONS.includes(version)) return;
  const name = type.slice(type.indexOf('/') + 1);
  throw new ArmError(
    'InvalidResourceType',
    `The resource type '${name}' could not be found in the namespace 'Microsoft.EventGrid' for api version '${version}'. The supported api-versions are '${NAMESPACE_VERSIONS.join(',')}'.`,
    404,
  );
}

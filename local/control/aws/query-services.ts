import { cloudFormation } from './cloudformation';
import { iam } from './iam';
import type { QueryOperation, QueryService } from './query-operation';
import { ServiceError } from './service-error';
import { sns } from './sns';
import { sts } from './sts';

/** The services that speak the query protocol, by the name in the credential scope. */
const SERVICES: Readonly<Record<string, QueryService>> = { cloudformation: cloudFormation, iam, sns, sts };

/** A service of the query protocol; `undefined` when there is none of that name. */
export function findQueryService(service: string): QueryService | undefined {
  return Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
}

/** The service that has the operation which `Action` names; `undefined` when none has. */
export function queryServiceFor(parameters: URLSearchParams): string | undefined {
  const action = parameters.get('Action');
  return Object.keys(SERVICES).find((name) =>
    SERVICES[name]?.operations.some((operation) => operation.name === action),
  );
}

/**
 * Finds the operation that `Action` names.
 * @throws ServiceError InvalidAction that names what the embedded AWS answers.
 */
export function findQueryOperation(service: string, action: string | null): QueryOperation {
  const operations = findQueryService(service)?.operations ?? [];
  const found = operations.find(({ name }) => name === action);
  if (found !== undefined) return found;
  const names = operations.map(({ name }) => name).join(', ');
  throw new ServiceError(
    'InvalidAction',
    `the embedded AWS does not answer ${action ?? 'a request without Action'} of the service '${service}'; it answers ${names}`,
  );
}

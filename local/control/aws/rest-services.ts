import { connectionOperations } from './data-connections';
import { messageOperations } from './data-messages';
import { shadowOperations } from './data-shadows';
import { certificateOperations } from './iot-certificates';
import { endpointOperations } from './iot-endpoint';
import { policyOperations } from './iot-policies';
import { policyAttachmentOperations } from './iot-policy-attachments';
import { ruleOperations } from './iot-rules';
import { thingGroupOperations } from './iot-thing-groups';
import { thingOperations } from './iot-things';
import type { RestOperation } from './rest-operation';
import { invalidRequest, ServiceError } from './service-error';

const DATA_PLANE = [...messageOperations, ...connectionOperations, ...shadowOperations].map(matchable);

/** The operations of each REST-JSON service, by the name in the credential scope. */
const SERVICES: Readonly<Record<string, readonly Matchable[]>> = {
  iot: [
    ...endpointOperations,
    ...thingOperations,
    ...thingGroupOperations,
    ...certificateOperations,
    ...policyOperations,
    ...policyAttachmentOperations,
    ...ruleOperations,
  ].map(matchable),
  iotdata: DATA_PLANE,
};

/** As older clients sign their requests. */
const ALIASES: Readonly<Record<string, string>> = { 'execute-api': 'iot', iotdevicegateway: 'iotdata' };

interface Matchable {
  readonly operation: RestOperation;
  readonly pattern: RegExp;
}

/** An operation and the parameters in the path of its request. */
export interface FoundOperation {
  readonly operation: RestOperation;
  readonly path: Readonly<Record<string, string>>;
}

/** A service by its present name. @param name in the credential scope */
export function serviceOf(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** The service that has the operation of a request; `undefined` when none has. */
export function restServiceFor({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): string | undefined {
  return Object.keys(SERVICES).find((name) =>
    SERVICES[name]?.some(({ operation, pattern }) => operation.method === method && pattern.test(path)),
  );
}

/** Whether a service speaks REST-JSON. */
export function isRestService(service: string): boolean {
  return Object.hasOwn(SERVICES, service);
}

/**
 * Finds the operation of a request.
 * @param path as it was sent, without the query
 * @throws ServiceError UnknownOperationException that names what the embedded AWS answers.
 */
export function findRestOperation(service: string, method: string, path: string): FoundOperation {
  // A slash too many in the endpoint's URL is no other operation.
  const wanted = path.replace(/^\/+/, '/');
  for (const { operation, pattern } of SERVICES[service] ?? []) {
    const match = operation.method === method ? pattern.exec(wanted) : null;
    if (match !== null) return { operation, path: decoded(match.groups ?? {}) };
  }
  const names = (SERVICES[service] ?? []).map(({ operation }) => operation.name).join(', ');
  throw new ServiceError(
    'UnknownOperationException',
    `the embedded AWS does not answer ${method} ${path} of the service '${service}'; it answers ${names}`,
  );
}

function matchable(operation: RestOperation): Matchable {
  const pattern = operation.path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) =>
    rest === '' ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
  );
  return { operation, pattern: new RegExp(`^${pattern}$`) };
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw invalidRequest('the path must be percent-encoded UTF-8');
  }
}

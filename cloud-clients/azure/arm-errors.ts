import { LastwillError } from '../../presence/errors';

/** Errors of `@azure/identity` that mean that nobody is logged in. */
const NO_CREDENTIALS =
  /^(CredentialUnavailableError|AggregateAuthenticationError|AuthenticationRequiredError|CredentialUnavailable)$/;
const UNREACHABLE = /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|REQUEST_SEND_ERROR)$/;

/** A failure on the way to Azure Resource Manager in one line that says what to do. */
export function armError(error: unknown, url: string): LastwillError {
  if (error instanceof LastwillError) return error;
  return new LastwillError('CLOUD_CALL_FAILED', explain(error, url), { cause: error });
}

/** An answer of Azure Resource Manager that is no success, in one line that says what to do. */
export function armRefusal(status: number, body: string, url: string): LastwillError {
  const { code = String(status), message = 'no message' } = errorIn(body);
  const what = pathOf(url);
  return new LastwillError('CLOUD_CALL_FAILED', refusal(status, code, message, what));
}

/** Whether an answer says that subscription, resource group or resource type is not there, rather than a resource. */
export function isUnknownScope(body: string): boolean {
  return Object.hasOwn(UNKNOWN_SCOPES, errorIn(body).code ?? '');
}

/** What to do about a scope that is not there, by the code of the answer. */
const UNKNOWN_SCOPES: Readonly<Record<string, string>> = {
  SubscriptionNotFound: 'name another with --subscription, or log in where it is (az login)',
  InvalidSubscriptionId: 'name another with --subscription (az account show --query id -o tsv)',
  ResourceGroupNotFound: 'name another with --resource-group, or leave it out',
  InvalidResourceType: 'this Azure does not have Event Grid namespaces as asked for; check AZURE_ENDPOINT_URL',
};

function refusal(status: number, code: string, message: string, what: string): string {
  const scope = Object.hasOwn(UNKNOWN_SCOPES, code) ? UNKNOWN_SCOPES[code] : undefined;
  if (scope !== undefined) return `${message.replace(/\.$/, '')}: ${scope}`;
  if (code === 'InvalidAuthenticationTokenTenant') {
    return `the login is for another tenant than the subscription's (${code}): log in there with 'az login --tenant TENANT', or name another with --subscription`;
  }
  if (status === 401) return `Azure does not accept the login (${code}): log in again with 'az login'`;
  if (status === 403) {
    return `Azure does not let you read ${what} (${code}): ask for the role Reader on it, or use another account`;
  }
  if (status === 429) return 'Azure throttled the request after several attempts: wait a minute and try again';
  if (status >= 500) return unanswered(`${code}: ${message}`);
  return `Azure refused to read ${what}: ${code}: ${message}`;
}

function explain(error: unknown, url: string): string {
  if (!(error instanceof Error)) return `Azure refused to read ${pathOf(url)}: ${String(error)}`;
  if (NO_CREDENTIALS.test(error.name)) {
    return "there are no Azure credentials: log in with 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";
  }
  if (error.name === 'AuthenticationError')
    return `Azure refused the login (${firstLine(error)}): log in again with 'az login'`;
  if (UNREACHABLE.test(String((error as NodeJS.ErrnoException).code))) {
    return `Azure cannot be reached at ${new URL(url).origin} (${firstLine(error)}): check the network`;
  }
  if (error.name === 'AbortError') {
    return `Azure did not answer in time at ${new URL(url).origin}: check the network, and try again`;
  }
  if (String((error as NodeJS.ErrnoException).code) === 'PARSE_ERROR') {
    const { statusCode = 200 } = error as { readonly statusCode?: number };
    return statusCode >= 500 ? unanswered(`HTTP ${statusCode}`) : somebodyElse(url);
  }
  return `Azure could not be asked: ${error.name}: ${firstLine(error)}`;
}

/** An answer that Azure Resource Manager does not give. */
export function notArm(url: string): LastwillError {
  return new LastwillError('CLOUD_CALL_FAILED', somebodyElse(url));
}

function somebodyElse(url: string): string {
  return `what answers at ${new URL(url).origin} is not Azure Resource Manager: check AZURE_ENDPOINT_URL and the proxy`;
}

function unanswered(why: string): string {
  return `Azure could not answer after several attempts (${why}): wait a minute and try again`;
}

function errorIn(body: string): { readonly code?: string; readonly message?: string } {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string; message?: string } };
    return error ?? {};
  } catch {
    return {};
  }
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

function firstLine({ message }: Error): string {
  return message.split('\n')[0] ?? '';
}

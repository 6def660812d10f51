import type { TokenCredential } from '@azure/core-auth';
import { LastwillError } from '../../presence/errors';
import { armError, armRefusal, isUnknownScope, notArm } from './arm-errors';

/** Where and as whom Azure Resource Manager is called. */
export interface ArmSessionOptions {
  /** Id of the subscription. */
  readonly subscriptionId: string;
  /** @default - environment, workload identity, managed identity, az, azd, PowerShell, in this order */
  readonly credential?: TokenCredential;
  /** URL of Azure Resource Manager. @default 'https://management.azure.com' */
  readonly endpoint?: string;
  /** Token for an endpoint on this machine, which has no TLS. @default - a token of the credential */
  readonly localToken?: string;
  /** How often a request is repeated that is throttled or not answered. @default 3 */
  readonly maximumRetries?: number;
}

/** What a read is asked besides its path. */
export interface ArmQuery {
  /** @default '2025-02-15', the stable version of Event Grid that has namespaces */
  readonly apiVersion?: string;
  /** OData filter. @default - none */
  readonly filter?: string;
}

/** Version of the Event Grid API that has namespaces and is stable. */
const API_VERSION = '2025-02-15';
/** How long one answer may take, with everything that is tried again for it. */
const PATIENCE_MILLISECONDS = 60_000;
const MANAGEMENT = 'https://management.azure.com';

/**
 * Reads from Azure Resource Manager through the pipeline of `@azure/arm-eventgrid`, whose own operations do not know
 * namespaces.
 */
export class ArmSession {
  readonly #options: ArmSessionOptions;
  #client: import('@azure/arm-eventgrid').EventGridManagementClient | undefined;

  constructor(options: ArmSessionOptions) {
    this.#options = options;
  }

  get subscriptionId(): string {
    return this.#options.subscriptionId;
  }

  /**
   * A resource by its id; `undefined` when there is none.
   * @throws LastwillError CLOUD_CALL_FAILED that says what to do.
   */
  async find<T>(id: string, query: ArmQuery = {}): Promise<T | undefined> {
    return this.#get<T>(this.#url(id, query));
  }

  /**
   * Everything of a type below a subscription, resource group or resource.
   * @param path e.g. `<namespace id>/clients`
   * @throws LastwillError CLOUD_CALL_FAILED that says what to do.
   */
  async list<T>(path: string, query: ArmQuery = {}): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const page of this.pages<T>(path, query)) found.push(...page);
    return found;
  }

  /** As {@link list}, page by page, for who may not want to read on. */
  async *pages<T>(path: string, query: ArmQuery = {}): AsyncGenerator<readonly T[]> {
    const first = this.#url(path, query);
    const asked = new Set<string>();
    let url: string | undefined = first;
    while (url !== undefined) {
      this.#requireOwn(url, asked);
      const page: ArmPage<T> | undefined = await this.#get(url);
      const { value = [], nextLink }: ArmPage<T> = page ?? {};
      if (!Array.isArray(value) || !value.every(isWhole)) throw notArm(url);
      yield value;
      url = nextLink === '' ? undefined : nextLink;
    }
  }

  #url(path: string, { apiVersion = API_VERSION, filter }: ArmQuery): string {
    const odata = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
    return `${this.#endpoint}${path.split('/').map(encodeURIComponent).join('/')}?api-version=${apiVersion}${odata}`;
  }

  /** The token goes with every request: no answer may lead it elsewhere, nor in circles. */
  #requireOwn(url: string, asked: Set<string>): void {
    const isOwn = URL.canParse(url) && new URL(url).origin === new URL(this.#endpoint).origin;
    if (isOwn && !asked.has(url)) {
      asked.add(url);
      return;
    }
    const problem = isOwn ? 'goes round in circles' : 'leads to another host';
    throw new LastwillError(
      'CLOUD_CALL_FAILED',
      `Azure gave a list whose next page ${problem}: check AZURE_ENDPOINT_URL`,
    );
  }

  get #endpoint(): string {
    return (this.#options.endpoint ?? MANAGEMENT).replace(/\/+$/, '');
  }

  async #get<T>(url: string): Promise<T | undefined> {
    const { createPipelineRequest, createHttpHeaders } =
      require('@azure/core-rest-pipeline') as typeof import('@azure/core-rest-pipeline');
    const { localToken } = this.#options;
    const headers = createHttpHeaders(localToken === undefined ? {} : { authorization: `Bearer ${localToken}` });
    const request = createPipelineRequest({
      url,
      headers,
      allowInsecureConnection: localToken !== undefined,
      abortSignal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    try {
      const { status, bodyAsText } = await this.#connect().sendRequest(request);
      if (status === 200) return parsed<T>(bodyAsText ?? '', url);
      if (status === 404 && !isUnknownScope(bodyAsText ?? '')) return undefined;
      throw armRefusal(status, bodyAsText ?? '', url);
    } catch (error) {
      throw armError(error, url);
    }
  }

  #connect(): import('@azure/arm-eventgrid').EventGridManagementClient {
    if (this.#client !== undefined) return this.#client;
    const { EventGridManagementClient } = require('@azure/arm-eventgrid') as typeof import('@azure/arm-eventgrid');
    const { localToken, subscriptionId, maximumRetries = 3 } = this.#options;
    this.#client = new EventGridManagementClient(this.#credential(), subscriptionId, {
      endpoint: this.#endpoint,
      credentialScopes: [`${this.#endpoint}/.default`],
      retryOptions: { maxRetries: maximumRetries },
    });
    // Tokens of Entra only travel over TLS; the embedded Azure's is good on this machine only.
    if (localToken !== undefined) this.#client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
    return this.#client;
  }

  #credential(): TokenCredential {
    const { credential, localToken } = this.#options;
    if (credential !== undefined) return credential;
    if (localToken !== undefined) return { getToken: () => Promise.resolve(null) };
    const { DefaultAzureCredential } = require('@azure/identity') as typeof import('@azure/identity');
    return new DefaultAzureCredential();
  }
}

interface ArmPage<T> {
  readonly value?: readonly T[];
  readonly nextLink?: string;
}

/** Every resource has properties, even empty ones. */
function isWhole(entry: unknown): boolean {
  if (typeof entry !== 'object') return entry !== undefined;
  return entry !== null && typeof (entry as { readonly properties?: unknown }).properties === 'object';
}

/** @throws LastwillError CLOUD_CALL_FAILED when the text is no JSON object. */
function parsed<T>(text: string, url: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // Falls through to the one answer for everything that is no object.
  }
  throw notArm(url);
}

/**
 * The subscription that Azure's tools are told of.
 * @throws LastwillError OPTION_INVALID when none is named.
 */
export function subscriptionIdFrom(
  flag: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const id = flag ?? environment.AZURE_SUBSCRIPTION_ID ?? environment.ARM_SUBSCRIPTION_ID;
  if (id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  const problem = id === undefined ? 'is not named' : `must be a UUID, got '${id}'`;
  throw new LastwillError(
    'OPTION_INVALID',
    `the Azure subscription ${problem}: use --subscription or set AZURE_SUBSCRIPTION_ID (az account show --query id -o tsv)`,
  );
}

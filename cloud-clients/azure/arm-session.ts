import type { TokenCredential } from '@azure/core-auth';
import { LastwillError } from '../../presence/errors';
import { armError, armRefusal } from './arm-errors';

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

/** Version of the Event Grid API that has namespaces and is stable. */
const API_VERSION = '2025-02-15';
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
  async find<T>(id: string): Promise<T | undefined> {
    return this.#get<T>(`${this.#endpoint}${id}?api-version=${API_VERSION}`);
  }

  /** Everything of a type below a subscription, resource group or resource. @param path e.g. `<namespace id>/clients` */
  async list<T>(path: string): Promise<readonly T[]> {
    const found: T[] = [];
    let url: string | undefined = `${this.#endpoint}${path}?api-version=${API_VERSION}`;
    while (url !== undefined) {
      const page: { readonly value: readonly T[]; readonly nextLink?: string } | undefined = await this.#get(url);
      found.push(...(page?.value ?? []));
      url = page?.nextLink;
    }
    return found;
  }

  get #endpoint(): string {
    return (this.#options.endpoint ?? MANAGEMENT).replace(/\/+$/, '');
  }

  async #get<T>(url: string): Promise<T | undefined> {
    const { createPipelineRequest, createHttpHeaders } =
      require('@azure/core-rest-pipeline') as typeof import('@azure/core-rest-pipeline');
    const { localToken } = this.#options;
    const headers = createHttpHeaders(localToken === undefined ? {} : { authorization: `Bearer ${localToken}` });
    const request = createPipelineRequest({ url, headers, allowInsecureConnection: localToken !== undefined });
    try {
      const { status, bodyAsText } = await this.#connect().sendRequest(request);
      if (status === 200) return JSON.parse(bodyAsText ?? '') as T;
      if (status === 404) return undefined;
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

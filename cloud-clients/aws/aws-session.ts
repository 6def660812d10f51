import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { IoTClient } from '@aws-sdk/client-iot';
import type { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { STSClient } from '@aws-sdk/client-sts';
import { awsError, type FailedCall } from './aws-errors';

/** Where and as whom AWS is called; everything that is absent comes from where AWS's own tools look. */
export interface AwsSessionOptions {
  /** @default - AWS_REGION, or the profile's region */
  readonly region?: string;
  /** @default - environment, shared files, single sign-on, container or instance, in this order */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** URL in place of AWS's endpoints. @default - AWS_ENDPOINT_URL, else AWS itself */
  readonly endpoint?: string;
  /** How often a call is tried that is throttled or not answered. @default - AWS_MAX_ATTEMPTS, else 3 */
  readonly maximumAttempts?: number;
  /** How long an attempt waits for a connection and then for its answer. @default 30000 */
  readonly timeoutMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 30_000;
const LONGEST_WAIT_SECONDS = 20;

/**
 * Clients of AWS's APIs, each loaded when it is first asked for.
 *
 * @example
 * const session = new AwsSession({ region: 'eu-central-1' });
 * const { endpointAddress } = await session.call('iot:DescribeEndpoint', () =>
 *   session.iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })));
 */
export class AwsSession {
  readonly #configuration: object;
  readonly #options: AwsSessionOptions;
  readonly #clients = new Map<string, { destroy(): void }>();

  constructor(options: AwsSessionOptions = {}) {
    // The SDK says in every process that Node 20 comes to its end: nothing that who runs a command can act on.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const {
      region,
      credentials,
      endpoint,
      maximumAttempts,
      timeoutMilliseconds: timeout = TIMEOUT_MILLISECONDS,
    } = options;
    this.#options = options;
    this.#configuration = {
      // Without these a server that accepts and does not answer is waited for without end.
      requestHandler: { connectionTimeout: timeout, requestTimeout: timeout, throwOnRequestTimeout: true },
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(maximumAttempts === undefined ? {} : { maxAttempts: maximumAttempts }),
    };
  }

  get iot(): IoTClient {
    return this.#client('iot', () => {
      const sdk = require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
      return new sdk.IoTClient(this.#configuration);
    });
  }

  get dataPlane(): IoTDataPlaneClient {
    return this.#client('iotdata', () => {
      const sdk = require('@aws-sdk/client-iot-data-plane') as typeof import('@aws-sdk/client-iot-data-plane');
      return new sdk.IoTDataPlaneClient(this.#configuration);
    });
  }

  get cloudFormation(): CloudFormationClient {
    return this.#client('cloudformation', () => {
      const sdk = require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
      return new sdk.CloudFormationClient(this.#configuration);
    });
  }

  get iam(): IAMClient {
    return this.#client('iam', () => {
      const sdk = require('@aws-sdk/client-iam') as typeof import('@aws-sdk/client-iam');
      return new sdk.IAMClient(this.#configuration);
    });
  }

  get sns(): SNSClient {
    return this.#client('sns', () => {
      const sdk = require('@aws-sdk/client-sns') as typeof import('@aws-sdk/client-sns');
      return new sdk.SNSClient(this.#configuration);
    });
  }

  get sts(): STSClient {
    return this.#client('sts', () => {
      const sdk = require('@aws-sdk/client-sts') as typeof import('@aws-sdk/client-sts');
      return new sdk.STSClient(this.#configuration);
    });
  }

  /** The region that calls go to. @throws LastwillError CLOUD_CALL_FAILED when none is configured. */
  region(): Promise<string> {
    return this.call('iot:DescribeEndpoint', () => this.iot.config.region());
  }

  /**
   * Makes a call.
   * @param action the IAM action that it needs, e.g. `iot:DescribeEndpoint`
   * @throws LastwillError CLOUD_CALL_FAILED that says what to do: log in, name a region, ask for a permission, wait.
   */
  async call<T>(action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsError(error, this.#failed(action));
    }
  }

  /** As {@link call}; `undefined` when AWS says that what was asked for does not exist. */
  async find<T>(action: string, send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw awsError(error, this.#failed(action));
    }
  }

  /** Lets go of connections that are kept alive. */
  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #failed(action: string): FailedCall {
    const { region } = this.#options;
    const { AWS_PROFILE: profile } = process.env;
    return { action, ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
  }

  #client<T extends SdkClient>(name: string, create: () => T): T {
    const known = this.#clients.get(name) as T | undefined;
    if (known !== undefined) return known;
    const client = create();
    client.middlewareStack.add(withoutLongWaits, { step: 'deserialize', priority: 'low' });
    this.#clients.set(name, client);
    return client;
  }
}

/** What all clients of the SDK have. */
interface SdkClient {
  destroy(): void;
  readonly middlewareStack: {
    add(middleware: typeof withoutLongWaits, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}

interface SdkResult {
  readonly response: unknown;
}

/** A server that wants to be asked again in an hour is told of, not waited for: the SDK's own pauses are taken. */
function withoutLongWaits<I, O extends SdkResult>(next: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    const result = await next(input);
    const { headers } = result.response as { readonly headers?: Record<string, string> };
    if (Number(headers?.['retry-after'] ?? 0) > LONGEST_WAIT_SECONDS) delete headers?.['retry-after'];
    return result;
  };
}

const NOT_FOUND = [
  'ResourceNotFoundException',
  'NoSuchEntityException',
  'NotFoundException',
  'NotFound',
  'NoSuchEntity',
];

function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return NOT_FOUND.includes(error.name) || (error.name === 'ValidationError' && /does not exist/.test(error.message));
}

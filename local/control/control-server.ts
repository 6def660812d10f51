import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LastwillError } from '../../presence/errors';
import type { Randomness } from '../../presence/randomness';
import { answerAws } from './aws/answer';
import { answerAzure, isArmPath } from './azure/answer';
import { type HttpAnswer, type HttpCall, readCall, sendAnswer } from './http-exchange';
import { foreignCaller } from './loopback-caller';
import type { AwsAccount, AzureSubscription, FaultInjection } from './ports';

/** What a control plane shows, and where it listens. */
export interface ControlServerOptions {
  /** @default - calls of AWS's APIs are refused */
  readonly aws?: AwsAccount;
  /** @default - calls of Azure Resource Manager are refused */
  readonly azure?: AzureSubscription;
  readonly randomness: Randomness;
  /** 0 for a free one. @default 0 */
  readonly port?: number;
  /** Lets calls fail, for tests of clients. @default - none fails */
  readonly fault?: FaultInjection;
}

/** A control plane that listens. */
export interface ControlServer {
  readonly port: number;
  /** Cuts what is connected and stops listening. */
  close(): Promise<void>;
}

/** It answers whoever can reach it, so that only this machine can. */
const HOST = '127.0.0.1';
/** A request that has not come whole by then is given up. */
const REQUEST_MILLISECONDS = 30_000;

/**
 * Serves the APIs through which stacks, registry and rules of the embedded cloud are read, over HTTP on loopback. A
 * client of AWS's SDKs comes here when `AWS_ENDPOINT_URL` names the port.
 * @throws LastwillError LISTEN_FAILED when the port cannot be opened.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function listenControl(options: ControlServerOptions): Promise<ControlServer> {
  const limits = { requestTimeout: REQUEST_MILLISECONDS, headersTimeout: REQUEST_MILLISECONDS };
  const server = createServer(limits, (request, response) => void serve(request, response, options));
  const { port = 0 } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new LastwillError('LISTEN_FAILED', `cannot listen on ${HOST}:${port}: ${cause.message}`, { cause }));
    });
    server.listen({ host: HOST, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, options: ControlServerOptions): Promise<void> {
  try {
    const foreign = foreignCaller(request.headers);
    const call = foreign === undefined ? await readCall(request) : undefined;
    if (foreign !== undefined) sendAnswer(response, refusal(403, 'AccessDeniedException', foreign));
    else if (call === undefined) sendAnswer(response, refusal(413, 'RequestEntityTooLargeException', TOO_LARGE));
    else sendAnswer(response, answer(call, options));
  } catch {
    // The client went away while it was sending.
    response.destroy();
  }
}

const TOO_LARGE = 'the body of a request must be at most 1 MiB long';

/** What is answered before it is known which cloud is asked, readable for the clients of both. */
function refusal(status: number, code: string, message: string): HttpAnswer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code };
  return { status, headers, body: JSON.stringify({ message, error: { code, message } }) };
}

function answer(call: HttpCall, options: ControlServerOptions): HttpAnswer {
  const { aws, azure, fault = () => undefined, randomness } = options;
  const requestId = (): string => randomness.uuid();
  const isAzure = isArmPath(call.path);
  if (isAzure && azure !== undefined) return answerAzure(call, { subscription: azure, fault, requestId });
  if (!isAzure && aws !== undefined) return answerAws(call, { account: aws, fault, requestId });
  return refusal(501, 'UnknownOperationException', `this embedded cloud runs no ${isAzure ? 'Azure' : 'AWS'}`);
}

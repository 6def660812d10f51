import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LastwillError } from '../../presence/errors';
import type { Randomness } from '../../presence/randomness';
import { answerAws } from './aws/answer';
import { answerAzure, isArmPath } from './azure/answer';
import { type HttpAnswer, type HttpCall, readCall, sendAnswer } from './http-exchange';
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

/**
 * Serves the APIs through which stacks, registry and rules of the embedded cloud are read, over HTTP on loopback. A
 * client of AWS's SDKs comes here when `AWS_ENDPOINT_URL` names the port.
 * @throws LastwillError LISTEN_FAILED when the port cannot be opened.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function listenControl(options: ControlServerOptions): Promise<ControlServer> {
  const server = createServer((request, response) => void serve(request, response, options));
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
    const call = await readCall(request);
    sendAnswer(response, call === undefined ? TOO_LARGE : answer(call, options));
  } catch {
    // The client went away while it was sending.
    response.destroy();
  }
}

const TOO_LARGE: HttpAnswer = { status: 413, headers: { connection: 'close' }, body: 'the request is too large' };

function answer(call: HttpCall, options: ControlServerOptions): HttpAnswer {
  const { aws, azure, fault = () => undefined, randomness } = options;
  const requestId = (): string => randomness.uuid();
  const isAzure = isArmPath(call.path);
  if (isAzure && azure !== undefined) return answerAzure(call, { subscription: azure, fault, requestId });
  if (!isAzure && aws !== undefined) return answerAws(call, { account: aws, fault, requestId });
  const body = `this embedded cloud runs no ${isAzure ? 'Azure' : 'AWS'}`;
  return { status: 404, headers: { 'content-type': 'text/plain' }, body };
}

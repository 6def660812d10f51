import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArmSession } from '../../../cloud-clients/azure/arm-session';

/** What is answered to one request. */
export interface ArmAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A server that answers as Azure Resource Manager would, and a session whose real client calls it. */
export interface ArmServer {
  readonly origin: string;
  readonly session: ArmSession;
  /** Paths with their queries, in the order in which they were asked. */
  readonly asked: readonly string[];
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Starts a server that asks `answer` what to say to each request. */
export async function serveArm(answer: (path: string, call: number) => ArmAnswer): Promise<ArmServer> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(decodeURIComponent(request.url ?? ''));
    authorizations.push(request.headers.authorization);
    const { status = 200, headers = {}, body } = answer(request.url ?? '', asked.length);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const subscriptionId = '00000000-0000-0000-0000-000000000001';
  return {
    origin,
    session: new ArmSession({ endpoint: origin, subscriptionId, localToken: 'token', maximumRetries: 1 }),
    asked,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An error as Azure Resource Manager words it. */
export function armErrorBody(code: string, message: string): unknown {
  return { error: { code, message } };
}

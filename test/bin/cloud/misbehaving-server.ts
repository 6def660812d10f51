import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** An answer as the control plane gave it. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is done in place of answering as the control plane does. */
export type Misbehaviour = 'hang' | 'reset' | 'cut' | ((answer: ServerAnswer) => ServerAnswer);

/** Decides for each call, e.g. by `GET /endpoint` or `POST DescribeStacks`; `undefined` lets the answer pass. */
export type Behaviour = (call: string) => Misbehaviour | undefined;

/** A server between a command and the control plane. */
export interface MisbehavingServer {
  readonly url: string;
  /** The calls that came, e.g. `GET /endpoint`. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

/**
 * Puts a server in front of the control plane of a running embedded cloud and makes its `local.json` name that, so that
 * commands meet answers that no correct server gives.
 */
export async function misbehave(state: string, behaviour: Behaviour): Promise<MisbehavingServer> {
  const file = join(state, 'local.json');
  const local = JSON.parse(readFileSync(file, 'utf8'));
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const action = new URLSearchParams(body).get('Action');
    const call = `${request.method} ${action ?? (request.url ?? '').split('?')[0]}`;
    calls.push(call);
    await serve(behaviour(call), await forward(local.control, request, body), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(file, JSON.stringify({ ...local, control: url }));
  return {
    url,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  return body;
}

async function forward(control: string, request: IncomingMessage, body: string): Promise<ServerAnswer> {
  const { host, connection, 'content-length': length, 'transfer-encoding': encoding, ...headers } = request.headers;
  // The signature is about the server in front.
  const authorization = headers.authorization?.replace(/Credential=[^/]+/, 'Credential=ANY');
  const response = await fetch(`${control}${request.url}`, {
    method: request.method,
    headers: { ...(headers as Record<string, string>), ...(authorization === undefined ? {} : { authorization }) },
    ...(body === '' ? {} : { body }),
  });
  const kept = ['content-type', 'x-amzn-errortype', 'x-amzn-requestid', 'retry-after'];
  const given = [...response.headers].filter(([name]) => kept.includes(name));
  return { status: response.status, headers: Object.fromEntries(given), body: await response.text() };
}

async function serve(how: Misbehaviour | undefined, answer: ServerAnswer, response: ServerResponse): Promise<void> {
  if (how === 'hang') return;
  if (how === 'reset') {
    response.destroy();
    return;
  }
  const { status, headers, body } = typeof how === 'function' ? how(answer) : answer;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  if (how === 'cut') response.write(body.slice(0, body.length / 2), () => response.destroy());
  else response.end(body);
}

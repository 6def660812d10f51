import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request that has been read whole. */
export interface HttpCall {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as it was sent, without the question mark. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The largest body that is read. */
const MAXIMUM_BODY_BYTES = 1_048_576;

/**
 * Reads a request; `undefined` when its body is, or says that it is, too large.
 * @throws Error when the client goes away before the request has ended.
 */
export async function readCall(request: IncomingMessage): Promise<HttpCall | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAXIMUM_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const url = request.url ?? '/';
  const question = url.indexOf('?');
  const search = question === -1 ? '' : url.slice(question + 1);
  return {
    method: request.method ?? 'GET',
    path: question === -1 ? url : url.slice(0, question),
    query: new URLSearchParams(search),
    search,
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

/** Sends an answer. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

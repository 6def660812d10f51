import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Broker } from '../broker';
import { type Listener, type ListenOptions, listen } from './listener';
import { PendingSockets } from './pending-sockets';
import { certificateChain, type TlsListenOptions, tlsOptions } from './tls';
import { WebSocketStream } from './websocket-stream';

/** Where MQTT over WebSocket listens; with certificate and key over HTTPS. */
export interface WebSocketListenOptions extends ListenOptions {
  readonly tls?: Pick<TlsListenOptions, 'certificate' | 'privateKey' | 'handshakeTimeoutMilliseconds'>;
  /** Largest WebSocket frame, in bytes. @default 4194304 */
  readonly maximumFrameBytes?: number;
}

/** The sub-protocol that MQTT clients must offer [MQTT-6.0.0-3]. */
const SUB_PROTOCOL = 'mqtt';
const PATH = '/mqtt';
/** Milliseconds within which the request that opens a WebSocket must have come. */
const REQUEST_TIMEOUT_MILLISECONDS = 10_000;

/** Serves MQTT over WebSocket on the path `/mqtt` with the sub-protocol `mqtt` (section 6). */
export async function listenWebSocket(broker: Broker, options: WebSocketListenOptions = {}): Promise<Listener> {
  const timeouts = { headersTimeout: REQUEST_TIMEOUT_MILLISECONDS, requestTimeout: REQUEST_TIMEOUT_MILLISECONDS };
  const server =
    options.tls === undefined
      ? createHttpServer(timeouts)
      : createHttpsServer({ ...timeouts, ...tlsOptions(options.tls) });
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maximumFrameBytes ?? 4_194_304,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
  });
  server.on('request', (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
    response.end(`MQTT over WebSocket is served on ${PATH} with the sub-protocol ${SUB_PROTOCOL}\n`);
  });
  const pending = new PendingSockets(server);
  server.on('upgrade', (request, socket, head) => {
    pending.remove(request.socket);
    upgrade({ broker, webSockets }, request, socket, head);
  });
  const listener = await listen(server, options);
  return {
    ...listener,
    close: () => {
      pending.destroyAll();
      server.closeAllConnections();
      return listener.close();
    },
  };
}

function upgrade(
  { broker, webSockets }: { readonly broker: Broker; readonly webSockets: WebSocketServer },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const refusal = refusalOf(request);
  if (refusal !== undefined) {
    socket.on('error', () => undefined);
    socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  (socket as Socket).setNoDelay?.(true);
  webSockets.handleUpgrade(request, socket, head, (webSocket) => serve(broker, webSocket, request));
}

function refusalOf(request: IncomingMessage): string | undefined {
  const path = (request.url ?? '').split('?')[0];
  if (path !== PATH) return '404 Not Found';
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes(SUB_PROTOCOL) ? undefined : '400 Bad Request';
}

function serve(broker: Broker, webSocket: WebSocket, request: IncomingMessage): void {
  const { socket } = request;
  const stream = new WebSocketStream(webSocket);
  broker.accept(stream, {
    transport: 'websocket',
    remoteAddress: socket.remoteAddress ?? '',
    certificates: socket instanceof TLSSocket ? certificateChain(socket) : [],
    upgrade: { url: request.url ?? '', headers: request.headers },
  });
}

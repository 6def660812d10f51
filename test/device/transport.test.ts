import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { DeviceAgent } from '../../device';
import { FakeBroker } from './fake-broker';

// RFC 6455, 7.1.5: 1000 is a normal end, 1006 stands for one without a close frame.
test.each([
  ['cuts', (socket: WebSocket) => socket.terminate()],
  ['closes', (socket: WebSocket) => socket.close(1000)],
])('a WebSocket that the broker %s is lost at once, not after the keep alive', async (_, end) => {
  const broker = new FakeBroker();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => broker.accept(createWebSocketStream(socket)));
  const endpoint = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/mqtt`;
  const agent = new DeviceAgent({ endpoint, clientId: 'lwtThing' });
  await agent.connect();
  const decided = once(agent, 'decision');

  end([...server.clients][0] as WebSocket);

  const [{ reason }] = await decided;
  await agent.disconnect();
  server.close();
  expect(reason).toBe(`${endpoint} closed the connection`);
});

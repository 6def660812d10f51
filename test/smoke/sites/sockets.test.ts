import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dialTls, dialWebSocket } from '../../../smoke/sites/sockets';

const SIGNED = '/mqtt?X-Amz-Credential=AKIDEXAMPLE&X-Amz-Signature=5ec2e7';

/** A port on which nobody listens, or a server of HTTP does that refuses every upgrade. */
async function portOf(refusesWith?: number): Promise<{ readonly port: number; close(): void }> {
  const server = createServer().on('upgrade', (_request, socket) => {
    socket.end(`HTTP/1.1 ${refusesWith} No\r\nConnection: close\r\n\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (refusesWith !== undefined) return { port, close: () => server.close() };
  server.close();
  await once(server, 'close');
  return { port, close: () => undefined };
}

test.each([undefined, 403])(
  'an error of a signed WebSocket names the host and never the signature (%s)',
  async (code) => {
    const { port, close } = await portOf(code);

    const error: Error = await dialWebSocket(`ws://127.0.0.1:${port}${SIGNED}`, {}).then(
      () => new Error('connected'),
      (reason) => reason,
    );
    close();

    expect(error.message).toMatch(new RegExp(`^cannot connect to 127\\.0\\.0\\.1:${port}: .*(ECONNREFUSED|403)`));
    expect(error.message).not.toMatch(/X-Amz|AKID|5ec2e7/);
  },
);

test('fails to connect with TLS where nobody listens', async () => {
  const { port } = await portOf();

  await expect(dialTls('127.0.0.1', port, {})).rejects.toThrow(
    `cannot connect to 127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
  );
});

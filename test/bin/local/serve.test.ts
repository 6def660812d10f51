import { createServer } from 'node:net';
import { join } from 'node:path';
import { serveLocal } from '../../../bin/local/serve';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

test.each([
  ['controlPort', '--control-port'],
  ['awsWebSocketPort', '--aws-ws-port'],
] as const)('a port for %s that is in use is named with the flag that chooses another', async (option, flag) => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen({ host: '127.0.0.1', port: 0 }, () => resolve((other.address() as { port: number }).port));
  });

  const started = serveLocal({
    awsTemplates: [],
    parameters: {},
    stateDirectory: join(directory.path, 'state'),
    store: join(directory.path, 'store'),
    listen: { awsPort: 0, azurePort: 0, [option]: port },
    logsDeliveries: false,
    say: () => undefined,
  });

  await expect(started).rejects.toThrow(
    `port ${port} is in use, perhaps by another embedded cloud: end that one, or choose another port with ${flag} (0 takes a free one)`,
  );
  await new Promise((resolve) => other.close(resolve));
});

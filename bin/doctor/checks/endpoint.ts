import { type Check, failed, ok } from '../check';
import type { DevicePorts } from '../ports';

export const endpoint: Check<DevicePorts> = {
  name: 'endpoint',
  what: 'the endpoint of devices resolves, answers, and its TLS chain verifies',
  why: 'a device that cannot verify the endpoint must not connect',
  run: async (ports) => {
    const { host, port } = await ports.endpoint();
    const problem = await ports.handshakeProblem(host, port);
    if (problem === undefined) return ok(`${host}:${port}`);
    return failed(
      `${host}:${port}: ${problem}`,
      'check the network, --endpoint, --port and the root certificate (--rootCA)',
    );
  },
};

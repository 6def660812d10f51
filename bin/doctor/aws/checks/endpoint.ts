import { type Check, failed, ok } from '../../check';
import type { AwsPorts } from '../ports';

export const endpoint: Check<AwsPorts> = {
  name: 'endpoint',
  what: 'the data endpoint resolves, answers, and its TLS chain verifies',
  why: 'a device that cannot verify the endpoint must not connect',
  run: async (ports) => {
    const { host, port } = await ports.endpoint();
    const problem = await ports.handshakeProblem(host, port);
    if (problem === undefined) return ok(`${host}:${port}`);
    return failed(`${host}:${port}: ${problem}`, 'check the network, --port and the root certificate (--rootCA)');
  },
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEVICE_SCENARIOS, DeviceAgent, type DeviceAgentOptions } from '../../device';
import { Engine } from '../../local/engine';
import type { RunningCloud } from '../../local/state/running-file';
import { synthesizeOwnMqtt5Template } from '../local/templates';
import { readStoredCredentials } from '../store/stored-credentials';
import { AgentPool, playDeviceScenarios } from './device-stage';
import { identityTls } from './identity-tls';
import type { Scenario } from './scenario';

/** The MQTT 5 patterns, in the order in which they are told. */
const PATTERNS = ['request-response', 'user-properties', 'topic-alias', 'expiry', 'reason-codes'];

/** Five MQTT 5 patterns of devices on AWS IoT Core, on the stack that declares what they need. */
export function mqtt5Scenario(stateDirectory: string): Scenario {
  return {
    name: 'mqtt5',
    title: 'AWS IoT Core with MQTT 5: five patterns of devices',
    play: async (reporter) => {
      const store = join(stateDirectory, 'certificates');
      const template = await synthesizeOwnMqtt5Template(store);
      const credentials = readStoredCredentials(store, 'aws');
      const engine = await Engine.start({
        aws: { templates: [template] },
        stateDirectory,
        findPrivateKey: (_cloud, certificatePem) => credentials.privateKeyOf(certificatePem),
      });
      const pool = new AgentPool();
      try {
        const { aws: cloud } = await engine.listen();
        if (cloud === undefined) throw new Error('the engine runs no AWS');
        reporter.note(`embedded AWS IoT Core on ${cloud.endpoint}, mutual TLS; waits of the patterns are shortened`);
        const device = (clientId: string, options: Partial<DeviceAgentOptions> = {}) =>
          pool.add(
            new DeviceAgent({
              endpoint: cloud.endpoint,
              clientId,
              tls: identityTls(cloud, clientId),
              target: 'aws',
              ...options,
            }),
          );
        const observer = () => pool.add(new DeviceAgent(consoleOptions(cloud, stateDirectory)));
        const scenarios = PATTERNS.flatMap((name) => DEVICE_SCENARIOS.filter((scenario) => scenario.name === name));
        await playDeviceScenarios(scenarios, { target: 'aws', device, observer }, reporter);
      } finally {
        await pool.dismiss();
        await engine.stop();
      }
    },
  };
}

/** The console's test client: an IAM identity over a signed WebSocket. */
function consoleOptions(cloud: RunningCloud, stateDirectory: string): DeviceAgentOptions {
  const [first] = Object.keys(cloud.identities);
  const { rootCa } = identityTls(cloud, first ?? '');
  const { accessKeyId, secretAccessKey } = JSON.parse(readFileSync(join(stateDirectory, 'aws', 'iam.json'), 'utf8'));
  return {
    endpoint: cloud.webSocketEndpoint,
    clientId: 'console',
    target: 'aws',
    tls: rootCa === undefined ? {} : { rootCa },
    awsSignature: { credentials: async () => ({ accessKeyId, secretAccessKey }), region: 'us-east-1' },
  };
}

import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { DeviceAgent } from '../../../device';
import type { Clock, Timer } from '../../../presence/clock';
import { LastwillError } from '../../../presence/errors';
import type { Connection } from '../../device/connection';
import { failed, type Outcome, ok, unknown } from '../check';
import type { AwsPorts } from './ports';
import { willRules } from './will-rules';

/** What a probe needs besides the checks' questions. */
export interface LiveProbe {
  readonly ports: AwsPorts;
  readonly clock: Clock;
  /** Whether the device is connected now. */
  readonly isConnected: () => Promise<boolean>;
  /** As whom the will is waited for. */
  readonly observer: Connection;
  /** Root certificates to trust, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
  /** Tells a person what is about to happen. */
  readonly announce: (text: string) => void;
}

const PATIENCE_SECONDS = 20;

/**
 * Connects as the device with its will, cuts itself off and waits for the will. Refuses while the device is connected.
 * @public loaded where it is needed
 */
export async function probeWill(probe: LiveProbe): Promise<Outcome> {
  const { ports } = probe;
  const { device, willTopic } = ports.subject;
  const { certificate, privateKey, directory } = ports.stored();
  if (certificate === undefined || privateKey === undefined) {
    return unknown(`${directory} holds no certificate with its key: lastwill certificates pull ${device}`);
  }
  if (await probe.isConnected()) return unknown(`${device} is connected: connecting under its name would cut it off`);
  probe.announce(
    `the last will of ${device} is about to be published on ${willTopic}; told are: ${await toldOf(ports)}`,
  );
  const { host, port } = await ports.endpoint();
  const { rootCa } = probe;
  const agent = new DeviceAgent({
    endpoint: host,
    port,
    clientId: device,
    target: 'aws',
    initialConnect: 'once',
    will: { topic: willTopic, payload: ports.subject.willPayload },
    tls: {
      certificate: { pem: certificate },
      privateKey: { pem: privateKey },
      ...(rootCa === undefined ? {} : { rootCa: { pem: rootCa } }),
    },
  });
  return cutAndWait(probe, agent);
}

async function cutAndWait({ clock, observer, ports }: LiveProbe, agent: DeviceAgent): Promise<Outcome> {
  const { willTopic, willPayload, device } = ports.subject;
  const watcher = new DeviceAgent({ ...observer, initialConnect: 'once' });
  let patience: Timer | undefined;
  try {
    await watcher.connect();
    await watcher.subscribe(willTopic);
    const arrived = new Promise<number>((resolve) => {
      watcher.on('message', ({ payload, retain }) => {
        if (!retain && payload.toString() === willPayload) resolve(clock.now());
      });
    });
    const refusal = await refusalOf(agent);
    if (refusal !== undefined) return failed(`${device} cannot connect: ${refusal}`, 'see what the checks above say');
    const cutAt = clock.now();
    await agent.cut();
    const late = new Promise<undefined>((resolve) => {
      patience = clock.schedule(PATIENCE_SECONDS * 1000, () => resolve(undefined));
    });
    const at = await Promise.race([arrived, late]);
    if (at !== undefined) return ok(`the will came ${at - cutAt} ms after the connection was cut`);
    const reason = `no will of ${device} came on ${willTopic} within ${PATIENCE_SECONDS} s`;
    return failed(reason, 'see whether may leave its will is ok, and look at the logs of AWS IoT Core');
  } finally {
    patience?.cancel();
    await agent.cut();
    await watcher.disconnect();
  }
}

async function refusalOf(agent: DeviceAgent): Promise<string | undefined> {
  try {
    await agent.connect();
    return undefined;
  } catch (error) {
    if (error instanceof LastwillError) return error.message;
    throw error;
  }
}

async function toldOf(ports: AwsPorts): Promise<string> {
  const sns = (await willRules(ports)).flatMap(({ actions }) => actions).filter(({ kind }) => kind === 'sns');
  const topics = [...new Set(sns.map(({ properties }) => String(properties.targetArn)))];
  const all = await Promise.all(topics.map(async (topic) => (await ports.subscriptions(topic)) ?? []));
  const told = all.flat().filter(({ confirmed }) => confirmed);
  return told.length === 0 ? 'nobody' : told.map(({ endpoint }) => endpoint).join(', ');
}

/**
 * Whether a client is connected.
 * @public loaded where it is needed
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html
 */
export async function isConnected(session: AwsSession, clientId: string): Promise<boolean> {
  const { GetConnectionCommand } =
    require('@aws-sdk/client-iot-data-plane') as typeof import('@aws-sdk/client-iot-data-plane');
  const answer = await session.find('iot:GetConnection', () =>
    session.dataPlane.send(new GetConnectionCommand({ clientId })),
  );
  return answer?.connected === true;
}

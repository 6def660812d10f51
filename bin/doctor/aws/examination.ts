import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { SystemClock } from '../../../presence/clock';
import { systemRandomness } from '../../../presence/randomness';
import { MQTT_PORT } from '../../cloud/find-endpoint';
import { type EmbeddedAws, openAws } from '../../cloud/open-aws';
import type { Connection } from '../../device/connection';
import { type Check, type Finding, runChecks } from '../check';
import { type DoctorFlags, endpointIn, readRootCa } from '../flags';
import { live } from '../live';
import type { Subject } from '../ports';
import { accountPorts } from './account-ports';
import { awsChecks } from './checks';
import type { AwsPorts } from './ports';

/**
 * Asks an account on AWS.
 * @public loaded where it is needed
 */
export async function examineAws(subject: Subject, flags: DoctorFlags): Promise<readonly Finding[]> {
  const { region, state, store } = flags;
  const named = endpointIn(flags);
  const { session, embedded } = openAws({ state, ...(region === undefined ? {} : { region }) });
  const rootCa = readRootCa(flags) ?? embedded?.rootCa;
  const port = named.port ?? embedded?.port ?? MQTT_PORT;
  try {
    const ports = accountPorts({
      session,
      subject,
      store,
      clock: new SystemClock(),
      port,
      endpoint: named.host,
      rootCa,
    });
    const probe = { session, flags, rootCa, embedded };
    return await runChecks([...awsChecks(subject), ...(flags.live === true ? [liveCheck(probe)] : [])], ports);
  } finally {
    session.close();
  }
}

interface ProbeOptions {
  readonly session: AwsSession;
  readonly flags: DoctorFlags;
  readonly rootCa?: string;
  /** Absent when it is AWS itself. */
  readonly embedded?: EmbeddedAws;
}

function liveCheck(options: ProbeOptions): Check<AwsPorts> {
  return live(async (ports) => {
    // The agent takes libraries that no other check needs.
    const { isConnected, probeWill } = require('./live-probe') as typeof import('./live-probe');
    const { flags, session, rootCa } = options;
    const { as: thing, store } = flags;
    return probeWill({
      ports,
      isConnected: (clientId) => isConnected(session, clientId),
      watcher: thing === undefined ? await signedWebSocket(options, (await ports.endpoint()).host) : { thing, store },
      rootCa,
      announce: (text) => process.stderr.write(`${text}\n`),
    });
  });
}

/** DescribeEndpoint names a host and never a port: 443, unless told otherwise, or the embedded AWS is. */
async function signedWebSocket({ flags, embedded, session }: ProbeOptions, host: string): Promise<Connection> {
  const { resolveConnection } = require('../../device/connection') as typeof import('../../device/connection');
  const { state, rootCA, wsPort = embedded?.webSocketPort ?? 443 } = flags;
  const connection = resolveConnection(
    {
      endpoint: `wss://${host}:${wsPort}/mqtt`,
      clientId: `lastwill-doctor-${systemRandomness.uuid().slice(0, 8)}`,
      websocket: true,
      ...(embedded === undefined ? {} : { local: state }),
      ...(rootCA === undefined ? {} : { rootCA }),
    },
    {},
  );
  const { awsSignature } = connection;
  const region = await session.region();
  return { ...connection, ...(awsSignature === undefined ? {} : { awsSignature: { ...awsSignature, region } }) };
}

import { AwsSession } from '../../cloud-clients/aws/aws-session';
import { LastwillError, mustBe } from '../../presence/errors';
import { hasObserver, type LocalCloud, localObserver, readLocalCloud, rootCaFile } from '../device/local-cloud';
import { readIfPresent } from '../store/store';
import { noteEmbeddedCloud } from './embedded-cloud-note';
import { isLoopbackUrl } from './loopback-url';

/** Which AWS a command is about. */
export interface OpenAwsOptions {
  /** @default - AWS_REGION, or the profile's region */
  readonly region?: string;
  /** State folder of the embedded cloud, should `AWS_ENDPOINT_URL` name that. */
  readonly state: string;
}

/** What is known of the embedded AWS beyond what its API says. */
export interface EmbeddedAws {
  /** Port of MQTT over TLS, which `DescribeEndpoint` cannot carry. */
  readonly port: number;
  /** Port of MQTT over WebSocket. */
  readonly webSocketPort?: number;
  /** The root of the broker's certificate, in PEM. */
  readonly rootCa: string;
}

/** An AWS that can be called. */
export interface OpenedAws {
  readonly session: AwsSession;
  /** Absent when it is AWS itself. */
  readonly embedded?: EmbeddedAws;
}

/** The embedded AWS runs in this region. */
const EMBEDDED_REGION = 'us-east-1';

const REGION = /^[a-z]+(-[a-z]+)+-\d+$/;

/**
 * Opens AWS, or the embedded AWS when `AWS_ENDPOINT_URL` names its control plane. Its own identity and region are
 * used where the environment names no access key: a profile, and a region that goes with it, are for AWS itself.
 * @throws LastwillError OPTION_INVALID for a region that cannot be one, CONNECTION_FAILED when `AWS_ENDPOINT_URL` names this machine and no embedded cloud of the state
 * folder answers there.
 * @public loaded where it is needed
 */
export function openAws(options: OpenAwsOptions): OpenedAws {
  const { region, state } = options;
  if (region !== undefined && !REGION.test(region)) {
    throw new LastwillError('OPTION_INVALID', mustBe('--region', 'a region of AWS like eu-central-1', region));
  }
  const local = embeddedCloud(state);
  if (local === undefined) {
    noteEmbeddedCloud('aws', state);
    return { session: new AwsSession(region === undefined ? {} : { region }) };
  }
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID } = process.env;
  const own = AWS_ACCESS_KEY_ID === undefined && hasObserver(state) ? localObserver(state) : undefined;
  const session = new AwsSession({
    region: region ?? own?.region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? EMBEDDED_REGION,
    ...(own === undefined ? {} : { credentials: own.credentials }),
  });
  const embedded = embeddedAws(local, state);
  return embedded === undefined ? { session } : { session, embedded };
}

function embeddedCloud(state: string): LocalCloud | undefined {
  // An empty variable is one that is not set, as for AWS's own tools.
  const url = process.env.AWS_ENDPOINT_URL_IOT || process.env.AWS_ENDPOINT_URL;
  if (url === undefined || url === '' || !isLoopbackUrl(url, 'AWS_ENDPOINT_URL')) return undefined;
  const local = readLocalCloud(state);
  if (local.control !== undefined && new URL(local.control).port === new URL(url).port) return local;
  throw new LastwillError(
    'CONNECTION_FAILED',
    `AWS_ENDPOINT_URL is ${url}, but the embedded cloud of ${state} answers at ${local.control ?? 'no port'}: name the state folder of the other with --state, or set AWS_ENDPOINT_URL=${local.control ?? ''}`,
  );
}

function embeddedAws({ aws }: LocalCloud, state: string): EmbeddedAws | undefined {
  if (aws === undefined) return undefined;
  const { port, webSocketPort } = aws;
  const rootCa = readIfPresent(rootCaFile(state, aws) ?? '');
  if (rootCa !== undefined) return { port, webSocketPort, rootCa };
  throw new LastwillError(
    'CREDENTIAL_MISSING',
    `${state} lacks the root of the embedded cloud's certificate: start the embedded cloud again, which writes it`,
  );
}

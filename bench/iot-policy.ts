import { AwsAuthenticator } from '../local/aws/authenticator';
import { Registry } from '../local/aws/registry';
import type { Permissions } from '../local/ports';
import { parsePolicyDocument } from '../semantics/iot-policy/policy-document';
import { verdict } from './verdict';

/** Decisions per second: of topics that the connection has asked for before, and of topics that are new to it. */
export interface PolicyMeasurement {
  readonly knownPerSecond: number;
  readonly newPerSecond: number;
}

/** Decisions on a known connection and topic that are due per second. */
const KNOWN_BUDGET = 1_000_000;

const ARN = 'arn:aws:iot:us-east-1:123456789012:';
const THING = '${iot:Connection.Thing.ThingName}';

/** Measures publish decisions of one connected device with a least-privilege policy; the best of several rounds. */
export function measurePolicy(
  options: { readonly decisions?: number; readonly rounds?: number } = {},
): PolicyMeasurement {
  const { decisions = 1_000_000, rounds = 5 } = options;
  const permissions = connectDevice();
  const retain = { retain: false };
  let knownPerSecond = 0;
  let newPerSecond = 0;
  for (let round = 0; round < rounds; round++) {
    const known = perSecond(decisions, () => permissions.publish('status/pump7/alive', retain));
    const fresh = perSecond(decisions / 20, (count) => permissions.publish(`status/pump7/${round}/${count}`, retain));
    knownPerSecond = Math.max(knownPerSecond, known);
    newPerSecond = Math.max(newPerSecond, fresh);
  }
  return { knownPerSecond, newPerSecond };
}

function connectDevice(): Permissions {
  const registry = new Registry({ partition: 'aws', region: 'us-east-1', account: '123456789012' });
  const arn = `${ARN}cert/c0ffee`;
  registry.putThing({ name: 'pump7', arn: `${ARN}thing/pump7`, attributes: {} });
  registry.putCertificate({ id: 'c0ffee', arn, status: 'ACTIVE' });
  registry.putPolicy({ name: 'pumps', arn: `${ARN}policy/pumps`, document: parsePolicyDocument(POLICY, 'pumps') });
  registry.attachPolicy('pumps', arn);
  registry.attachThing('pump7', arn, { exclusive: false });
  const authentication = new AwsAuthenticator({ registry }).authenticate(
    { clientId: 'pump7', protocolVersion: 5, cleanStart: true, sessionExpirySeconds: 0, keepAliveSeconds: 30 },
    { transport: 'memory', remoteAddress: '127.0.0.1', certificates: [], assertedPrincipal: 'pump7' },
  );
  if (!authentication.accepted) throw new Error(authentication.explanation.reason);
  return authentication.permissions;
}

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: `${ARN}client/${THING}` },
    {
      Effect: 'Allow',
      Action: 'iot:Publish',
      Resource: [`${ARN}topic/last/${THING}`, `${ARN}topic/status/${THING}/*`],
    },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/commands/${THING}/*` },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: `${ARN}topic/commands/${THING}/*` },
    { Effect: 'Deny', Action: 'iot:Publish', Resource: `${ARN}topic/$aws/*` },
  ],
};

function perSecond(calls: number, call: (count: number) => { readonly allowed: boolean }): number {
  const start = process.hrtime.bigint();
  for (let count = 0; count < calls; count++) {
    if (!call(count).allowed) throw new Error('the device may publish there');
  }
  return (calls * 1e9) / Number(process.hrtime.bigint() - start);
}

if (require.main === module) {
  const { knownPerSecond, newPerSecond } = measurePolicy();
  const kept = knownPerSecond >= KNOWN_BUDGET;
  const figures = `${(knownPerSecond / 1e6).toFixed(1)} million/s known, ${(newPerSecond / 1e6).toFixed(2)} million/s new`;
  verdict(`policy decisions: ${figures}, budget ${KNOWN_BUDGET / 1e6} million/s known`, kept);
}

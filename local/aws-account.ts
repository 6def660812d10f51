import { effectivePolicyNames, testAuthorization } from './aws/authorization-test';
import type { AwsCloud } from './aws-cloud';
import type { AccountCaller, AwsAccount, DataPlane } from './control/ports';

/** What a control plane says of an embedded AWS beyond what that knows itself. */
export interface AwsAccountOptions {
  /** Milliseconds since 1970 at which everything was made. */
  readonly createdAt: number;
  /** What `DescribeEndpoint` answers. */
  readonly endpointHost: string;
}

/** Who calls where no identity was made. */
const ROOT = { userName: 'root', userId: 'root' };

/** An embedded AWS as its control plane shows it. */
export function awsAccount(cloud: AwsCloud, options: AwsAccountOptions): AwsAccount {
  const { registry, templates, actions } = cloud;
  const [, partition = 'aws', , region = 'us-east-1', account = '123456789012'] = registry.arnPrefix.split(':');
  return {
    ...options,
    caller: callerOf(cloud),
    partition,
    region,
    account,
    stacks: templates,
    registry,
    topics: actions.topics,
    data: dataPlaneOf(cloud),
    effectivePolicies: (certificateId, thingName) => {
      const certificate = registry.certificates.get(certificateId);
      return certificate === undefined ? [] : effectivePolicyNames(registry, certificate, thingName);
    },
    authorize: (question) => testAuthorization(registry, question),
    role: (name) => actions.roles.role(name),
    simulate: (question) => actions.roles.simulate(question),
  };
}

function callerOf({ iamIdentity }: AwsCloud): AccountCaller {
  return iamIdentity === undefined ? ROOT : { ...iamIdentity, key: iamIdentity };
}

function dataPlaneOf({ broker, connections, shadows, retainedTimes }: AwsCloud): DataPlane {
  return {
    publish: (message, origin) => broker.publish(message, origin),
    retainedMessages: () =>
      broker.retainedMessages().map((message) => ({ message, storedAt: retainedTimes.storedAt(message.topic) })),
    subscriptions: (clientId) => broker.session(clientId)?.subscriptions,
    getConnection: (clientId, options) => connections.getConnection(clientId, options),
    deleteConnection: (clientId, options) => connections.deleteConnection(clientId, options),
    shadow: (thingName, shadowName) => shadows.document(thingName, shadowName),
  };
}

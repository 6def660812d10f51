import type { Message, Origin } from '../ports';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';

/** A thing, as the registry knows it. */
export interface AccountThing {
  readonly name: string;
  readonly arn: string;
  readonly typeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A certificate, as the registry knows it. */
export interface AccountCertificate {
  readonly id: string;
  readonly arn: string;
  readonly pem?: string;
  readonly status: string;
}

/** A policy's name and ARN. */
export interface AccountPolicy {
  readonly name: string;
  readonly arn: string;
}

/** A group of things, as the registry knows it. */
export interface AccountThingGroup {
  readonly name: string;
  readonly arn: string;
  readonly parentName?: string;
  /** Dynamic groups have a query instead of members. */
  readonly queryString?: string;
}

/** Things, certificates and policies of the account. */
export interface AccountRegistry {
  readonly things: ReadonlyMap<string, AccountThing>;
  /** By id. */
  readonly certificates: ReadonlyMap<string, AccountCertificate>;
  readonly policies: ReadonlyMap<string, AccountPolicy>;
  readonly thingGroups: ReadonlyMap<string, AccountThingGroup>;
  /** Names of the groups that a thing was put into. */
  groupsOf(thingName: string): readonly string[];
  /** Names of the policies of a certificate or thing group. @param target the ARN of either */
  policiesOf(target: string): readonly string[];
  /** @param principal the certificate's ARN */
  thingsOf(principal: string): readonly { readonly thingName: string; readonly exclusive: boolean }[];
}

/** What `TestAuthorization` asks of the policies. */
export interface AuthorizationQuestion {
  readonly certificateId: string;
  /** @default - none: variables about the connection have no value */
  readonly clientId?: string;
  /** E.g. `iot:Publish`. */
  readonly action: string;
  /** A full ARN. */
  readonly resource: string;
  /** Policies that are tried in addition, by name. */
  readonly policyNamesToAdd: readonly string[];
  /** Policies that are left out, by name. */
  readonly policyNamesToSkip: readonly string[];
}

/** What the policies answer. */
export interface AuthorizationAnswer {
  readonly decision: 'ALLOWED' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY';
  /** Names of the policies that allowed or denied; of all that apply when none did. */
  readonly policyNames: readonly string[];
  /** Policy variables that have no value. */
  readonly missingContextValues: readonly string[];
}

/** An SNS topic of the account. */
export interface AccountTopic {
  readonly arn: string;
  readonly displayName?: string;
  readonly kmsKeyId?: unknown;
  readonly policies: readonly unknown[];
  readonly subscriptions: readonly AccountSubscription[];
}

/** A subscription to an SNS topic. */
export interface AccountSubscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** @default true: the embedded cloud confirms at once */
  readonly confirmed?: boolean;
}

/** What `SimulatePrincipalPolicy` asks. */
export interface SimulationQuestion {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context: ReadonlyMap<string, readonly string[]>;
  /** @default - no resource policy is asked */
  readonly resourcePolicy?: unknown;
}

/** What the role's policies say, and which of their statements decided. */
export interface SimulationAnswer {
  readonly decision: 'allowed' | 'denied' | 'notAllowed';
  readonly matched: readonly {
    readonly policyId: string;
    readonly policyType: string;
    /** Columns of its first and behind its last character, counted from 1, in the document without white space. */
    readonly start: number;
    readonly end: number;
  }[];
}

/** A role of IAM. */
export interface AccountRole {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** E.g. `/service-role/`. */
  readonly path: string;
  /** Who may take the role on, as a policy document. */
  readonly trust: unknown;
}

/** A retained message and when it came. */
export interface RetainedMessage {
  readonly message: Message;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** The data plane: messages, connections and shadows. */
export interface DataPlane {
  publish(message: Message, origin: Origin): void;
  retainedMessages(): readonly RetainedMessage[];
  subscriptions(clientId: string): readonly { readonly filter: string; readonly qos: number }[] | undefined;
  /** As the API gives it. */
  getConnection(clientId: string, options: { readonly includeSocketInformation?: boolean }): object | undefined;
  /** `false` when the client is not connected. */
  deleteConnection(
    clientId: string,
    options: { readonly cleanSession?: boolean; readonly preventWillMessage?: boolean },
  ): boolean;
  /** @param shadowName @default - the classic shadow */
  shadow(thingName: string, shadowName?: string): object | undefined;
}

/** Who calls, and with which access key. */
export interface AccountCaller {
  readonly userName: string;
  readonly userId: string;
  /** @default - none was made, so that no signature can be checked */
  readonly key?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Set for temporary credentials, which then must come with it. */
    readonly sessionToken?: string;
  };
}

/** The account and region of an embedded AWS, as its control plane shows it. */
export interface AwsAccount {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** What `DescribeEndpoint` answers; it cannot carry a port. */
  readonly endpointHost: string;
  /** Who calls: an IAM user that may do everything. */
  readonly caller: AccountCaller;
  /** Milliseconds since 1970 at which everything was made. */
  readonly createdAt: number;
  readonly stacks: readonly ResolvedTemplate[];
  readonly registry: AccountRegistry;
  readonly topics: readonly AccountTopic[];
  readonly data: DataPlane;
  /** Names of the policies that apply to a certificate, those of a thing's groups included. */
  effectivePolicies(certificateId: string, thingName?: string): readonly string[];
  authorize(question: AuthorizationQuestion): AuthorizationAnswer;
  /** `undefined` when there is no such role. */
  role(name: string): AccountRole | undefined;
  /** `undefined` when there is no such role. */
  simulate(question: SimulationQuestion): SimulationAnswer | undefined;
}

/** What an embedded Azure shows through Azure Resource Manager. */
export interface AzureSubscription {
  /** What a caller must present as bearer token. */
  readonly token: string;
  readonly resources: readonly ResolvedResource[];
  /** What a namespace gives as its MQTT host; it cannot carry a port. */
  readonly mqttHost: string;
}

/** An operation that was called, before it is answered. */
export interface CalledOperation {
  /** As in the request's signature, e.g. `iot`, `iotdata`, `cloudformation`; `management` for Azure Resource Manager. */
  readonly service: string;
  /** E.g. `DescribeEndpoint`; for Azure Resource Manager the method and the resource type. */
  readonly operation: string;
}

/** A failure that is answered in place of an operation's own answer. */
export interface InjectedFault {
  /** E.g. `ThrottlingException`, `AccessDeniedException`, `ExpiredTokenException`. */
  readonly code: string;
  /** HTTP status. @default - that of the code */
  readonly status?: number;
  /** @default - the code */
  readonly message?: string;
}

/** Decides for each call whether it fails; for tests of what a client does then. */
export type FaultInjection = (call: CalledOperation) => InjectedFault | undefined;

import { ArnFormat, type IResource, Lazy, Names, Resource, Stack, Token } from 'aws-cdk-lib';
import { CfnPolicy, CfnPolicyPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { renderDevice } from '../../presence/lwt-options';
import { countedTopic, topicFilterProblem, topicNameProblem } from '../../presence/topic';
import type { ICertificate } from './certificate';
import { listProblems, nameProblem, problemsIn, whenKnown } from './prop-check';

/** Stands for the name of the connected thing in a policy; resolves only for a certificate attached to that thing. */
export const THING_NAME_VARIABLE = `\${iot:Connection.Thing.ThingName}`;

/** An AWS IoT Core policy, to be attached to certificates. */
export interface IDevicePolicy extends IResource {
  /** Name of the policy. */
  readonly policyName: string;
  /** `arn:<partition>:iot:<region>:<account>:policy/<name>` */
  readonly policyArn: string;
  /**
   * Attaches the policy to a certificate. The attachment is created after both and deleted before both, as the
   * registry demands. A certificate takes at most 10 policies. Attaching it again changes nothing.
   */
  attachTo(certificate: ICertificate): void;
}

/** Properties of {@link DevicePolicy}. */
export interface DevicePolicyProps {
  /**
   * Name of the policy: 1 to 128 letters, digits or any of `_+=,.@-`. Changing it replaces the policy.
   * @default - chosen by CloudFormation
   */
  readonly policyName?: string;
}

/** One statement of a policy document of AWS IoT Core. */
export interface DevicePolicyStatement {
  /** Whether the statement allows or denies. @default Allow */
  readonly effect?: 'Allow' | 'Deny';
  /** E.g. `iot:Publish`. */
  readonly actions: readonly string[];
  /** ARNs, in which `*` and `?` are wildcards and policy variables are allowed. */
  readonly resources: readonly string[];
  /** Operator, then key, then value. @default - no condition */
  readonly conditions?: DevicePolicyConditions;
}

/** Conditions of a statement: operator, then key, then value or values. */
export type DevicePolicyConditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Which client id a device may use. */
export interface DevicePolicyConnectOptions {
  /**
   * Client id that is allowed instead of the attached thing's name; `*` and `?` are wildcards. Only a policy that is
   * attached to one certificate alone should name one.
   * @default - the name of a thing to which the certificate is attached
   */
  readonly clientId?: string;
}

/** A last will that is to be allowed. */
export interface DevicePolicyWill {
  /** Topic of the will; `{device}` in it stands for the thing's name. */
  readonly topic: string;
  /** Whether the will asks to be retained. @default false */
  readonly retain?: boolean;
}

abstract class DevicePolicyBase extends Resource implements IDevicePolicy {
  abstract readonly policyName: string;
  abstract readonly policyArn: string;

  attachTo(certificate: ICertificate): void {
    const id = `Principal${Names.nodeUniqueId(certificate.node)}`;
    if (this.node.tryFindChild(id) !== undefined) return;
    new CfnPolicyPrincipalAttachment(this, id, {
      policyName: this.policyName,
      principal: certificate.certificateArn,
    });
  }
}

/**
 * A policy for devices, empty at first: nothing is allowed that no method was called for. In topics, `{device}` stands
 * for the name of the connected thing, so that one policy serves a whole fleet.
 *
 * @example
 * const policy = new DevicePolicy(stack, 'Policy')
 *   .allowConnect()
 *   .allowWill({ topic: 'clients/{device}/status' })
 *   .allowSubscribe('commands/{device}/#');
 * policy.attachTo(certificate);
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export class DevicePolicy extends DevicePolicyBase {
  /** Imports a policy of this account and region by its name. */
  static fromPolicyName(scope: Construct, id: string, policyName: string): IDevicePolicy {
    throwIfAny('OPTION_INVALID', problemsIn([policyNameProblem(policyName)]));
    return new ImportedDevicePolicy(scope, id, policyName, policyArn(Stack.of(scope), policyName));
  }

  /** Imports a policy by its ARN. */
  static fromPolicyArn(scope: Construct, id: string, arn: string): IDevicePolicy {
    const name = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny('OPTION_INVALID', name === undefined ? [mustBe('arn', 'the ARN of a policy', arn)] : []);
    return new ImportedDevicePolicy(scope, id, name as string, arn);
  }

  readonly policyName: string;
  readonly policyArn: string;
  readonly #statements: DevicePolicyStatement[] = [];

  /** @throws LastwillError OPTION_INVALID when the name is not a policy's. */
  constructor(scope: Construct, id: string, props: DevicePolicyProps = {}) {
    super(scope, id, { physicalName: props.policyName });
    throwIfAny('OPTION_INVALID', problemsIn([policyNameProblem(props.policyName)]));
    const policy = new CfnPolicy(this, 'Resource', {
      policyName: this.physicalName,
      policyDocument: Lazy.any({ produce: () => this.#document() }),
    });
    this.policyName = this.getResourceNameAttribute(policy.ref);
    this.policyArn = this.getResourceArnAttribute(policy.attrArn, {
      service: 'iot',
      resource: 'policy',
      resourceName: this.physicalName,
    });
    this.node.addValidation({
      validate: () => (this.#statements.length === 0 ? ['a device policy must hold at least one statement'] : []),
    });
  }

  /** Allows `iot:Connect`, by default only under the name of a thing to which the certificate is attached. */
  allowConnect(options: DevicePolicyConnectOptions = {}): this {
    const { clientId } = options;
    return this.addStatement({
      actions: ['iot:Connect'],
      resources: [this.#arn('client', clientId ?? THING_NAME_VARIABLE)],
      conditions: clientId === undefined ? { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } : undefined,
    });
  }

  /** Allows `iot:Publish` on topics. @throws LastwillError OPTION_INVALID for a topic with wildcards or beyond limits. */
  allowPublish(...topics: readonly string[]): this {
    return this.addStatement({ actions: ['iot:Publish'], resources: this.#topicArns('topic', topics) });
  }

  /** Allows `iot:Publish` on every topic below the given ones, however deep; not on those themselves. */
  allowPublishBelow(...topics: readonly string[]): this {
    const resources = this.#topicArns('topic', topics).map((arn) => `${arn}/*`);
    return this.addStatement({ actions: ['iot:Publish'], resources });
  }

  /** Allows `iot:Publish` and `iot:RetainPublish` on topics. */
  allowRetainedPublish(...topics: readonly string[]): this {
    return this.allowPublish(...topics).addStatement({
      actions: ['iot:RetainPublish'],
      resources: this.#topicArns('topic', topics),
    });
  }

  /**
   * Allows a last will: AWS checks at CONNECT that the device may publish on the will's topic, and retain there.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/retained-message-policy-examples.html
   */
  allowWill(will: DevicePolicyWill): this {
    return will.retain === true ? this.allowRetainedPublish(will.topic) : this.allowPublish(will.topic);
  }

  /** Allows `iot:Subscribe` to exactly these topic filters and `iot:Receive` of what they match. */
  allowSubscribe(...filters: readonly string[]): this {
    throwIfAny(
      'OPTION_INVALID',
      listProblems('filters', filters, () => undefined),
    );
    return this.addStatement({
      actions: ['iot:Subscribe'],
      resources: filters.map((filter, index) => this.#filterArn(`filters[${index}]`, filter)),
    }).allowReceive(...filters);
  }

  /** Allows `iot:Receive` of the topics that the filters match. */
  allowReceive(...filters: readonly string[]): this {
    const resources = filters.map((filter, index) => {
      throwIfAny('OPTION_INVALID', problemsIn([filterProblem(`filters[${index}]`, filter)]));
      return this.#arn('topic', receivedTopics(filter));
    });
    return this.addStatement({ actions: ['iot:Receive'], resources });
  }

  /**
   * Adds a statement as it is. Statements that differ only in their resources become one.
   * @throws LastwillError POLICY_INVALID when the document grows beyond 2048 characters, white space not counted.
   */
  addStatement(statement: DevicePolicyStatement): this {
    const same = this.#statements.findIndex((other) => shape(other) === shape(statement));
    if (same === -1) this.#statements.push(statement);
    else this.#statements[same] = merge(this.#statements[same] as DevicePolicyStatement, statement);
    this.#checkSize();
    return this;
  }

  #checkSize(): void {
    const size = JSON.stringify(this.#document(longestArnPrefix(Stack.of(this)))).replace(/\s/g, '').length;
    if (size <= AWS_LIMITS.maximumPolicyCharacters) return;
    throw new LastwillError(
      'POLICY_INVALID',
      `${mustBe(
        `policy document of ${this.node.path}`,
        `at most ${AWS_LIMITS.maximumPolicyCharacters} characters long, white space not counted`,
        size,
      )}; use fewer topics, or split it: a certificate takes ${AWS_LIMITS.maximumPoliciesPerCertificate} policies`,
    );
  }

  #document(replaceArnPrefix?: string): object {
    const prefix = this.#arn('', '').slice(0, -1);
    const render = (resource: string): string =>
      replaceArnPrefix === undefined ? resource : resource.replace(prefix, replaceArnPrefix);
    return {
      Version: '2012-10-17',
      Statement: this.#statements.map((statement) => ({
        Effect: statement.effect ?? 'Allow',
        Action: single(statement.actions),
        Resource: single(statement.resources.map(render)),
        Condition: statement.conditions,
      })),
    };
  }

  #topicArns(kind: string, topics: readonly string[]): string[] {
    throwIfAny(
      'OPTION_INVALID',
      listProblems('topics', topics, (topic, index) => topicProblem(`topics[${index}]`, topic)),
    );
    return topics.map((topic) => this.#arn(kind, policyText(topic)));
  }

  #filterArn(prop: string, filter: string): string {
    throwIfAny('OPTION_INVALID', problemsIn([filterProblem(prop, filter)]));
    return this.#arn('topicfilter', policyText(filter));
  }

  #arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'iot', resource, resourceName });
  }
}

class ImportedDevicePolicy extends DevicePolicyBase {
  constructor(
    scope: Construct,
    id: string,
    readonly policyName: string,
    readonly policyArn: string,
  ) {
    super(scope, id);
  }
}

function policyArn(stack: Stack, policyName: string): string {
  return stack.formatArn({ service: 'iot', resource: 'policy', resourceName: policyName });
}

/** Where account and region are known only at deployment, the longest of the commercial partition stand for them. */
function longestArnPrefix(stack: Stack): string {
  const region = Token.isUnresolved(stack.region) ? 'ap-southeast-1' : stack.region;
  const account = Token.isUnresolved(stack.account) ? '123456789012' : stack.account;
  return `arn:aws:iot:${region}:${account}:`;
}

function policyNameProblem(name: string | undefined): string | undefined {
  return nameProblem('policyName', name, AWS_LIMITS.policyName, "1 to 128 letters, digits or any of '_+=,.@-'");
}

function topicProblem(prop: string, topic: string): string | undefined {
  return whenKnown(topic, (text) => {
    const rule = topicNameProblem(countedTopic(withoutVariables(text)), AWS_LIMITS.topic);
    return rule === undefined ? undefined : mustBe(prop, rule, text);
  });
}

function filterProblem(prop: string, filter: string): string | undefined {
  return whenKnown(filter, (text) => {
    const rule = topicFilterProblem(withoutVariables(text), AWS_LIMITS.topic);
    return rule === undefined ? undefined : mustBe(prop, rule, text);
  });
}

function withoutVariables(text: string): string {
  return renderDevice(text, 'x').replace(/\$\{[^}]*\}/g, 'x');
}

/** In a policy `*` and `?` are wildcards, in a topic they are letters. */
function policyText(topic: string): string {
  return renderDevice(topic.replace(/[*?]/g, `\${$&}`), THING_NAME_VARIABLE);
}

/** The topics that a filter can bring, as a policy says it: `*` crosses levels, so this may be wider than the filter. */
function receivedTopics(filter: string): string {
  const topics = filter.replace(/^\$share\/[^/]+\//, '');
  return policyText(topics)
    .split('/')
    .map((level) => (level === '+' || level === '#' ? '*' : level))
    .join('/');
}

function shape(statement: DevicePolicyStatement): string {
  return JSON.stringify([statement.effect ?? 'Allow', statement.actions, statement.conditions ?? {}]);
}

function merge(one: DevicePolicyStatement, other: DevicePolicyStatement): DevicePolicyStatement {
  return { ...one, resources: [...new Set([...one.resources, ...other.resources])] };
}

function single(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

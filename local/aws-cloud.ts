import type { Clock } from '../presence/clock';
import type { Randomness } from '../presence/randomness';
import { type Actions, createActions } from './actions/actions';
import type { LambdaHandler, Outbox } from './actions/ports';
import { AwsAuthenticator, IAM_PREFIX } from './aws/authenticator';
import type { CertificateAuthority } from './aws/certificate-authority';
import { ConnectionApi } from './aws/connection-api';
import type { IamIdentity } from './aws/iam-identity';
import { LifecycleEvents } from './aws/lifecycle';
import { resolveWithCertificates } from './aws/provision';
import type { Certificate, Registry } from './aws/registry';
import { loadRegistry } from './aws/registry-loading';
import { RetainedTimes } from './aws/retained-times';
import { ShadowService } from './aws/shadow-service';
import { webSocketIdentity } from './aws/websocket-signature';
import { Broker } from './broker/broker';
import type { BrokerEvent, BrokerObserver } from './broker/ports';
import { AWS_PROFILE } from './broker/profiles/aws';
import { changeProfile, type Profile, type ProfileChanges } from './broker/profiles/profile';
import type { EngineObserver } from './engine-observer';
import type { EventLog } from './event-log';
import { brokerLogEntry, ruleLogEntry, writeIfAny } from './log-entries';
import type { Message, Origin } from './ports';
import type { ResolvedTemplate } from './resolved-template';
import { createRuleEngine, type RuleEngine } from './rules/rule-engine';
import type { DeviceIdentity } from './state/identity-folders';
import { type ResolveTemplateOptions, resolveTemplates, type TemplateSource } from './template/cloudformation';

/** What the embedded AWS is told. */
export interface AwsOptions {
  /** CloudFormation templates of one account and region. */
  readonly templates: readonly TemplateSource[];
  /** Values of template parameters by name. @default - the templates' defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Lowest keep alive in seconds that the broker grants, from 1 to 1200. AWS IoT Core itself takes 30; a lower value
   * is for demonstrations and tests that cannot wait. @default 30
   */
  readonly minimumKeepAliveSeconds?: number;
  /** Where AWS IoT Core was seen to do otherwise than the profile of its broker says. @default - no change */
  readonly profile?: ProfileChanges;
  /** What stands for Lambda functions, by logical id, name or ARN. @default - invocations are recorded */
  readonly lambda?: ReadonlyMap<string, LambdaHandler>;
  /**
   * E-mail addresses and URLs whose owners have not confirmed their SNS subscriptions, so that nothing reaches them.
   * @default - all have
   */
  readonly unconfirmedEndpoints?: readonly string[];
}

/** What the engine lends to the embedded AWS. */
export interface AwsSurroundings {
  /** @default - signing requests get ids but no certificates */
  readonly authority: CertificateAuthority | undefined;
  /** May open WebSockets by Signature Version 4. @default - nobody may */
  readonly iamIdentity?: IamIdentity;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: EventLog;
  readonly outbox: Outbox;
  /** Whether each delivery is logged. */
  readonly logsDeliveries: boolean;
  /** @default - nobody */
  readonly observer?: EngineObserver;
  /** Factor on AWS's rate limits. @default - no rate is limited */
  readonly throttleScale?: number;
}

/** The embedded AWS IoT Core: broker, registry, policies, rules and actions of a set of templates. */
export class AwsCloud {
  readonly broker: Broker;
  readonly registry: Registry;
  readonly rules: RuleEngine;
  readonly shadows: ShadowService;
  /** Describes and ends connections, as the data plane's API does. */
  readonly connections: ConnectionApi;
  /** The account's user, who may do everything. */
  readonly iamIdentity: IamIdentity | undefined;
  /** When retained messages came. */
  readonly retainedTimes: RetainedTimes;
  /** What rules wrote: queues, tables, log groups, metrics. */
  readonly actions: Actions;
  readonly templates: readonly ResolvedTemplate[];

  private constructor(
    templates: readonly ResolvedTemplate[],
    registry: Registry,
    options: AwsOptions,
    surroundings: AwsSurroundings,
  ) {
    this.templates = templates;
    this.registry = registry;
    this.iamIdentity = surroundings.iamIdentity;
    const { clock } = surroundings;
    const publish = (message: Message, origin: Origin): void => this.broker.publish(message, origin);
    this.shadows = new ShadowService({ clock, publish });
    this.retainedTimes = new RetainedTimes(clock);
    this.actions = createActions({
      ...surroundings,
      templates,
      publish,
      lambda: options.lambda,
      unconfirmedEndpoints: options.unconfirmedEndpoints,
      readThingShadow: (thingName, shadowName) => ({
        arn: `${registry.arnPrefix}thing/${thingName}`,
        document: this.shadows.document(thingName, shadowName),
      }),
    });
    this.rules = rulesOf(templates, this.actions, surroundings);
    this.connections = new ConnectionApi({
      clock,
      control: { disconnect: (clientId, how) => this.broker.disconnect(clientId, how) },
      thingName: (principal, clientId) => thingNameOf(registry, principal, clientId),
    });
    this.broker = this.#createBroker(options, surroundings, publish);
  }

  /**
   * Opens the templates; signing requests in them are signed by the embedded CA.
   * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that cannot work.
   */
  static async open(options: AwsOptions, surroundings: AwsSurroundings): Promise<AwsCloud> {
    const { parameters } = options;
    const resolve = (settings: ResolveTemplateOptions): ResolvedTemplate[] =>
      resolveTemplates(options.templates, { ...settings, ...(parameters === undefined ? {} : { parameters }) });
    const { authority } = surroundings;
    const { resolved, issued } =
      authority === undefined
        ? { resolved: resolve({}), issued: new Map<string, string>() }
        : await resolveWithCertificates(authority, (provision) => resolve({ provision }));
    const registry = loadRegistry(resolved, issued);
    const cloud = new AwsCloud(resolved, registry, options, surroundings);
    const warnings = [...resolved.flatMap((template) => template.warnings), ...registry.warnings];
    for (const reason of warnings) surroundings.log.write({ type: 'warning', reason });
    return cloud;
  }

  /**
   * Everyone who can connect: each thing with a certificate, and by its logical id each certificate without a thing and
   * each further one of a thing.
   */
  identities(): (DeviceIdentity & { readonly principal: string })[] {
    const named = new Set<string>();
    return [...this.registry.certificates.values()].flatMap((certificate) =>
      this.#identitiesOf(certificate).map((identity) => {
        const name = named.has(identity.name) ? (certificate.source?.logicalId ?? certificate.id) : identity.name;
        named.add(name);
        return { ...identity, name };
      }),
    );
  }

  /** The principal of an IAM identity that may do everything, such as the console's test client. */
  static iamPrincipal(name: string): string {
    return `${IAM_PREFIX}${name}`;
  }

  #createBroker(
    options: AwsOptions,
    surroundings: AwsSurroundings,
    publish: (message: Message, origin: Origin) => void,
  ): Broker {
    const { clock, randomness } = surroundings;
    const lifecycle = new LifecycleEvents({
      clock,
      randomness,
      publish,
      exclusiveThing: (principal, clientId) => thingNameOf(this.registry, principal, clientId, { exclusive: true }),
    });
    return new Broker({
      profile: profileOf(options),
      ...(surroundings.throttleScale === undefined ? {} : { throttleScale: surroundings.throttleScale }),
      clock,
      randomness,
      authenticator: authenticatorOf(this.registry, surroundings),
      sink: {
        accept: (message, origin) => {
          this.shadows.accept(message, origin);
          this.retainedTimes.accept(message);
          return this.rules.accept(message, origin);
        },
      },
      observer: observerOf(surroundings, [lifecycle, this.connections]),
    });
  }

  #identitiesOf(certificate: Certificate): (DeviceIdentity & { readonly principal: string })[] {
    const known = {
      principal: certificate.id,
      ...(certificate.pem === undefined ? {} : { certificatePem: certificate.pem }),
    };
    const things = this.registry.thingsOf(certificate.arn);
    if (things.length === 0) return [{ name: certificate.source?.logicalId ?? certificate.id, ...known }];
    return things.map(({ thingName }) => ({ name: thingName, clientId: thingName, ...known }));
  }
}

function rulesOf(
  templates: readonly ResolvedTemplate[],
  actions: Actions,
  { clock, randomness, log, observer }: AwsSurroundings,
): RuleEngine {
  return createRuleEngine({
    templates,
    actions,
    clock,
    randomness,
    external: actions.external,
    observer: {
      observe: (event) => {
        writeIfAny(log, ruleLogEntry(event));
        observer?.rule?.(event);
      },
    },
  });
}

function authenticatorOf(registry: Registry, surroundings: AwsSurroundings): AwsAuthenticator {
  const { clock, iamIdentity, log } = surroundings;
  const identities = iamIdentity === undefined ? [] : [iamIdentity];
  return new AwsAuthenticator({
    registry,
    warn: (reason, clientId) => log.write({ type: 'warning', clientId, reason }),
    webSocketIdentity: (upgrade) => webSocketIdentity(upgrade, { identities, clock, region: registry.region }),
  });
}

function thingNameOf(
  registry: Registry,
  principal: string,
  clientId: string,
  options: { readonly exclusive?: boolean } = {},
): string | undefined {
  const certificate = registry.certificates.get(principal);
  const connected = certificate === undefined ? undefined : registry.connectedThing(certificate, clientId);
  if (connected?.thing === undefined || (options.exclusive === true && !connected.exclusive)) return undefined;
  return connected.thing.name;
}

function profileOf({ profile = {}, minimumKeepAliveSeconds: minimumSeconds }: AwsOptions): Profile {
  const changed = changeProfile(AWS_PROFILE, profile);
  if (minimumSeconds === undefined) return changed;
  return changeProfile(changed, { limits: { keepAlive: { ...changed.limits.keepAlive, minimumSeconds } } });
}

function observerOf(surroundings: AwsSurroundings, listeners: readonly BrokerObserver[]): BrokerObserver {
  const { log, logsDeliveries, observer } = surroundings;
  return {
    observesDeliveries: logsDeliveries,
    observe: (event: BrokerEvent) => {
      writeIfAny(log, brokerLogEntry(event));
      observer?.broker?.('aws', event);
      for (const listener of listeners) listener.observe(event);
    },
  };
}

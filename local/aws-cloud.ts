import type { Clock } from '../presence/clock';
import type { Randomness } from '../presence/randomness';
import { type Actions, createActions } from './actions/actions';
import type { LambdaHandler, Outbox } from './actions/ports';
import { AwsAuthenticator, IAM_PREFIX } from './aws/authenticator';
import type { CertificateAuthority } from './aws/certificate-authority';
import { LifecycleEvents } from './aws/lifecycle';
import { resolveWithCertificates } from './aws/provision';
import type { Certificate, Registry } from './aws/registry';
import { loadRegistry } from './aws/registry-loading';
import { Broker } from './broker/broker';
import type { BrokerEvent, BrokerObserver } from './broker/ports';
import { AWS_PROFILE } from './broker/profiles/aws';
import { changeProfile, type Profile } from './broker/profiles/profile';
import type { EngineObserver } from './engine-observer';
import type { EventLog } from './event-log';
import { brokerLogEntry, ruleLogEntry } from './log-entries';
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
  /** What stands for Lambda functions, by logical id, name or ARN. @default - invocations are recorded */
  readonly lambda?: ReadonlyMap<string, LambdaHandler>;
}

/** What the engine lends to the embedded AWS. */
export interface AwsSurroundings {
  /** @default - signing requests get ids but no certificates */
  readonly authority: CertificateAuthority | undefined;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: EventLog;
  readonly outbox: Outbox;
  /** Whether each delivery is logged. */
  readonly logsDeliveries: boolean;
  /** @default - nobody */
  readonly observer?: EngineObserver;
}

/** The embedded AWS IoT Core: broker, registry, policies, rules and actions of a set of templates. */
export class AwsCloud {
  readonly broker: Broker;
  readonly registry: Registry;
  readonly rules: RuleEngine;
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
    const { clock, randomness, log, observer } = surroundings;
    const publish = (message: Message, origin: Origin): void => this.broker.publish(message, origin);
    this.actions = createActions({ ...surroundings, templates, publish, lambda: options.lambda });
    const { actions } = this;
    this.rules = createRuleEngine({
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
    this.broker = new Broker({
      profile: profileOf(options),
      clock,
      randomness,
      authenticator: new AwsAuthenticator({
        registry,
        warn: (reason, clientId) => log.write({ type: 'warning', clientId, reason }),
      }),
      sink: this.rules,
      observer: observerOf(surroundings, new LifecycleEvents({ clock, randomness, publish })),
    });
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

  /** Everyone who can connect: each thing with a certificate, and each certificate without a thing by its logical id. */
  identities(): (DeviceIdentity & { readonly principal: string })[] {
    return [...this.registry.certificates.values()].flatMap((certificate) => this.#identitiesOf(certificate));
  }

  /** The principal of an IAM identity that may do everything, such as the console's test client. */
  static iamPrincipal(name: string): string {
    return `${IAM_PREFIX}${name}`;
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

function profileOf(options: AwsOptions): Profile {
  if (options.minimumKeepAliveSeconds === undefined) return AWS_PROFILE;
  const keepAlive = { ...AWS_PROFILE.limits.keepAlive, minimumSeconds: options.minimumKeepAliveSeconds };
  return changeProfile(AWS_PROFILE, { limits: { keepAlive } });
}

function observerOf({ log, logsDeliveries, observer }: AwsSurroundings, lifecycle: BrokerObserver): BrokerObserver {
  return {
    observesDeliveries: logsDeliveries,
    observe: (event: BrokerEvent) => {
      writeIfAny(log, brokerLogEntry(event));
      observer?.broker?.('aws', event);
      lifecycle.observe(event);
    },
  };
}

function writeIfAny(log: EventLog, entry: Parameters<EventLog['write']>[0] | undefined): void {
  if (entry !== undefined) log.write(entry);
}

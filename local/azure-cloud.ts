import type { Clock } from '../presence/clock';
import type { Randomness } from '../presence/randomness';
import { type AzureCloudParts, createAzureCloud } from './azure/azure-cloud';
import { namespaceNames } from './azure/namespace-loading';
import type { AzureRegistry } from './azure/registry';
import { Broker } from './broker/broker';
import { AZURE_PROFILE } from './broker/profiles/azure';
import { changeProfile, type ProfileChanges } from './broker/profiles/profile';
import type { EngineObserver } from './engine-observer';
import type { EventLog } from './event-log';
import { brokerLogEntry, writeIfAny } from './log-entries';
import type { ResolvedTemplate } from './resolved-template';
import type { DeviceIdentity } from './state/identity-folders';
import type { TemplateSource } from './template/cloudformation';
import { resolveTerraform } from './template/terraform';

/** What the embedded Azure is told. */
export interface AzureOptions {
  /** A Terraform configuration or plan as JSON, with an Event Grid namespace; or the stacks of one app. */
  readonly template: TemplateSource | readonly TemplateSource[];
  /** Values of Terraform variables by name. @default - the configuration's defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Name of the namespace that runs. @default - the first that is declared */
  readonly namespace?: string;
  /**
   * When a will's topic is authorised; Event Grid does not document it. `at-publish` lets the client connect and drops
   * a will that no binding covers. @default 'at-connect'
   */
  readonly willAuthorization?: 'at-connect' | 'at-publish';
  /** Where Event Grid was seen to do otherwise than the profile of its broker says. @default - no change */
  readonly profile?: ProfileChanges;
}

/** What the engine lends to the embedded Azure. */
export interface AzureSurroundings {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: EventLog;
  readonly logsDeliveries: boolean;
  /** @default - nobody */
  readonly observer?: EngineObserver;
  /** Factor on the service's rate limits. @default - no rate is limited */
  readonly throttleScale?: number;
}

/** The embedded Event Grid namespace: broker, clients, groups, bindings and routing of one configuration. */
export class AzureCloud {
  readonly broker: Broker;
  readonly registry: AzureRegistry;
  readonly template: ResolvedTemplate;
  readonly #parts: AzureCloudParts;

  /** @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that cannot work. */
  constructor(options: AzureOptions, surroundings: AzureSurroundings) {
    const { parameters, willAuthorization, namespace, profile = {} } = options;
    const { clock, randomness, log, throttleScale, observer } = surroundings;
    this.template = resolveTerraform(options.template, parameters === undefined ? {} : { parameters });
    this.#parts = createAzureCloud({ template: this.template, namespace, clock, randomness, log });
    this.registry = this.#parts.registry;
    const { maximumSessionExpirySeconds: maximumSeconds, authenticator, sink, observe } = this.#parts;
    const sessionExpiry = { maximumSeconds, mqtt311Seconds: maximumSeconds };
    this.broker = new Broker({
      profile: changeProfile(changeProfile(AZURE_PROFILE, { limits: { sessionExpiry } }), profile),
      clock,
      randomness,
      authenticator,
      sink,
      ...(willAuthorization === undefined ? {} : { willAuthorization }),
      ...(throttleScale === undefined ? {} : { throttleScale }),
      observer: {
        observesDeliveries: surroundings.logsDeliveries,
        observe: (event) => {
          writeIfAny(log, brokerLogEntry(event));
          observer?.broker?.('azure', event);
          observe(event);
        },
      },
    });
    for (const reason of this.#parts.warnings) log.write({ type: 'warning', reason });
  }

  /** Names of the namespaces of the configuration that do not run. */
  get otherNamespaces(): readonly string[] {
    const { name } = this.registry.namespace;
    return namespaceNames(this.template.resources).filter((other) => other.toLowerCase() !== name.toLowerCase());
  }

  /** Closes the broker, and gives up what has not been delivered. */
  async close(): Promise<void> {
    await this.broker.close();
    this.#parts.close();
  }

  /** Everyone who can connect, with the thumbprints of their certificates. */
  identities(): (DeviceIdentity & { readonly thumbprints: readonly string[] })[] {
    return this.#parts.identities.map(({ name, clientId, thumbprints }) => ({ name, clientId, thumbprints }));
  }
}

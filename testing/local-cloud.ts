import type { Actions } from '../local/actions/actions';
import { AwsCloud } from '../local/aws-cloud';
import { Engine, type RunningClouds } from '../local/engine';
import type { StampedEntry } from '../local/event-log';
import { InProcessClient, type InProcessConnectOptions } from '../local/in-process-client';
import { type Clock, ManualClock } from '../presence/clock';
import { LastwillError, mustBe } from '../presence/errors';
import { seededRandomness } from '../presence/randomness';
import { CloudRecord, type PublishedMessage, type Refusal, type RuleReport } from './cloud-record';
import { type ConnectOptions, refuseOutOfRange } from './connect-options';
import { cloudsOf, type DeployOptions } from './deploy-options';
import type { Deployable } from './deployable';
import { Device } from './device';
import { type SentEmail, sentEmail } from './email';
import { Faults } from './faults';
import { refuseUnknownFunctions } from './lambda-handlers';
import { Link } from './link';
import { type Payload, payloadBytes } from './payload';
import { findPrincipal, type Principal } from './principal';
import { type RoutedEvent, routedEventsIn } from './routed-event';
import { settle } from './settlement';

/**
 * The embedded cloud in a test: runs the template that will be deployed, in this process, without ports or keys, on
 * a clock that the test moves.
 *
 * @example
 * const cloud = await LocalCloud.deploy(stack);
 * const device = await cloud.connect('lwtThing', { will: { topic: '/last/will/topic', payload: will } });
 * await device.cut();
 * expect(cloud).toHaveEmailed('support@example.com');
 */
export class LocalCloud {
  readonly clock: Clock;
  /** What can go wrong in the network and in the broker. */
  readonly faults: Faults;
  readonly #engine: Engine;
  readonly #record: CloudRecord;
  readonly #devices: { readonly device: Device; readonly link: Link }[] = [];
  readonly #randomness;
  readonly #deployedAt: number;
  #movements = 0;
  #observers = 0;

  /** Where the clouds listen. @default - no ports were asked for */
  readonly endpoints: Partial<RunningClouds>;

  private constructor(
    engine: Engine,
    record: CloudRecord,
    {
      clock,
      seed,
      endpoints,
    }: { readonly clock: Clock; readonly seed: number; readonly endpoints: Partial<RunningClouds> },
  ) {
    this.#engine = engine;
    this.#record = record;
    this.clock = clock;
    this.endpoints = endpoints;
    this.#deployedAt = clock.now();
    this.#randomness = seededRandomness(seed ^ 0x6c77);
    this.faults = new Faults({
      links: () => this.#devices,
      brokers: () => [engine.aws, engine.azure].flatMap((one) => (one === undefined ? [] : [one.broker])),
      settle: () => this.settle(),
    });
  }

  /**
   * Runs templates: of CloudFormation one, or several of one account that may import from each other; of Terraform
   * one, or the stacks of one app, with an Event Grid namespace.
   * @throws LastwillError TEMPLATE_INVALID that names place and reason of everything that cannot work;
   * FILE_UNREADABLE for a path that leads nowhere.
   */
  static async deploy(
    deployables: Deployable | readonly Deployable[],
    options: DeployOptions = {},
  ): Promise<LocalCloud> {
    const clock = options.clock ?? new ManualClock();
    const seed = options.seed ?? 1;
    const record = new CloudRecord(clock);
    const engine = await Engine.start({
      ...cloudsOf([deployables].flat(), options),
      ...(options.ports === undefined
        ? { certificates: 'named' }
        : { stateDirectory: options.ports.stateDirectory, certificates: 'signed' }),
      clock,
      randomness: seededRandomness(seed),
      observer: record,
      onEvent: record.event,
    });
    refuseUnknownFunctions(engine.aws, options.lambda ?? {});
    const endpoints = options.ports === undefined ? {} : await engine.listen(options.ports);
    return new LocalCloud(engine, record, { clock, seed, endpoints });
  }

  /** Every e-mail that was sent, in order. */
  get emails(): readonly SentEmail[] {
    return this.#engine.emails.map(sentEmail);
  }

  /** Everything that was refused, in order, and why. */
  get refusals(): readonly Refusal[] {
    return this.#record.refusals;
  }

  /** The rules of the templates, with every message that they looked at and every action that they ran. */
  get rules(): readonly RuleReport[] {
    return this.#record.rulesOf(this.#engine.aws?.rules.rules ?? []);
  }

  /** The SQS queues of the templates, with the messages that rules sent. */
  get queues(): Actions['queues'] {
    return this.#aws().actions.queues;
  }

  /** The DynamoDB tables of the templates, with the items that rules put. */
  get tables(): Actions['tables'] {
    return this.#aws().actions.tables;
  }

  /** What rules wrote to CloudWatch Logs, by log group. */
  get logGroups(): Actions['logGroups'] {
    return this.#aws().actions.logGroups;
  }

  /** What rules put into CloudWatch, the oldest first. */
  get metrics(): Actions['metrics'] {
    return this.#aws().actions.metrics;
  }

  /** Azure: the events that were routed out of the namespace and delivered, or recorded for a destination elsewhere, in order. */
  get routedEvents(): readonly RoutedEvent[] {
    return routedEventsIn(this.events);
  }

  /** The event log, in order; the same seed gives the same log. */
  get events(): readonly StampedEntry[] {
    return this.#record.events;
  }

  /** Every message that the cloud accepted on a topic that the filter matches, in order. @param filter @default '#', all but `$` topics */
  messages(filter = '#'): readonly PublishedMessage[] {
    return this.#record.messagesTo(filter);
  }

  /**
   * Connects a device in memory; it stands for a certificate or client of the templates and needs no key.
   * @param name AWS: of a thing (or its logical id), or the logical id of a certificate. Azure: the authentication name
   * of a client. It is the client id unless one is given.
   * @throws LastwillError OPTION_INVALID when the templates know nobody of that name; CONNECTION_REFUSED with the
   * cloud's explanation when the broker refuses the client.
   */
  async connect(name: string, options: ConnectOptions = {}): Promise<Device> {
    const principal = findPrincipal(this.#engine, name, options);
    return this.#connect(name, principal, { ...options, clientId: options.clientId ?? principal.clientId });
  }

  /**
   * Connects an IAM identity of AWS that may do everything, as the console's test client does, and subscribes it.
   * @param filters topic filters. @default - none
   * @throws LastwillError OPTION_INVALID without a CloudFormation template: Event Grid has no such identity.
   */
  async observe(...filters: readonly string[]): Promise<Device> {
    this.#aws();
    this.#observers += 1;
    const clientId = `observer-${this.#observers}`;
    const principal = { cloud: 'aws', principal: AwsCloud.iamPrincipal('observer'), clientId } as const;
    const observer = await this.#connect(clientId, principal, { clientId });
    if (filters.length > 0) await observer.subscribe(filters);
    return observer;
  }

  /** Publishes on the cloud's own behalf, without a client: what reaches the rules then has no `clientid()`. */
  async publish(
    topic: string,
    payload: Payload,
    options: Partial<Pick<PublishedMessage, 'qos' | 'retain' | 'properties' | 'cloud'>> = {},
  ): Promise<void> {
    const {
      qos = 1,
      retain = false,
      properties = {},
      cloud = this.#engine.aws === undefined ? 'azure' : 'aws',
    } = options;
    const message = { topic, payload: payloadBytes(payload), qos, retain, properties };
    this.#engine[cloud]?.broker.publish(message, { kind: 'cloud', depth: 0 });
    await this.settle();
  }

  /**
   * Moves time forward: keep alives, will delays, expiries, retries and whatever else waits fall due in order, and
   * between two instants everything happens that they cause.
   * @param seconds 0 or more
   * @throws LastwillError OPTION_INVALID when the cloud does not run on a ManualClock.
   */
  async advance(seconds: number): Promise<void> {
    const { clock } = this;
    if (!(clock instanceof ManualClock)) {
      throw new LastwillError(
        'OPTION_INVALID',
        'clock must be a ManualClock for advance(); another one moves by itself',
      );
    }
    if (!(seconds >= 0)) throw new LastwillError('OPTION_INVALID', mustBe('seconds', '0 or more', seconds));
    await this.settle();
    const end = clock.now() + seconds * 1000;
    for (let due = clock.nextDueAt; due !== undefined && due <= end; due = clock.nextDueAt) {
      clock.advance(due - clock.now());
      await this.settle();
    }
    clock.advance(end - clock.now());
  }

  /** Seconds on the clock since deployment. */
  get elapsedSeconds(): number {
    return (this.clock.now() - this.#deployedAt) / 1000;
  }

  /** Resolves when everything has happened that happens without the clock moving. */
  settle(): Promise<void> {
    return settle({
      movements: () => this.#movements + this.#record.count,
      whenIdle: () => this.#engine.aws?.rules.whenIdle() ?? Promise.resolve(),
      letGo: () => this.#devices.some(({ link }) => link.deliverOvertaking()),
    });
  }

  /** Closes every connection. A cloud that is not stopped keeps nothing open either. */
  async stop(): Promise<void> {
    await this.#engine.stop();
  }

  async #connect(
    name: string,
    { cloud, principal }: Principal,
    options: ConnectOptions & { readonly clientId: string },
  ): Promise<Device> {
    refuseOutOfRange(options);
    this.faults.refuseWhenPartitioned(options.clientId);
    const request = requestOf(options);
    const link = this.#link(cloud, principal);
    const before = this.#refusalsOf(request.clientId).length;
    const client = await InProcessClient.connect(link, request).catch((error: unknown) =>
      this.#refuse(request, before, error),
    );
    const { clock } = this;
    const device = new Device({
      name,
      client,
      link,
      clock,
      pingSeconds: this.#engine[cloud]?.broker.connection(request.clientId)?.keepAliveSeconds ?? 0,
      settle: () => this.settle(),
      isApart: (one) => this.faults.isApart(one),
      refusals: () => this.#refusalsOf(request.clientId),
    });
    this.#devices.push({ device, link });
    await this.settle();
    return device;
  }

  #link(cloud: Principal['cloud'], principal: Principal['principal']): Link {
    return new Link(this.#engine.dial(cloud, principal), {
      randomness: this.#randomness,
      faults: () => this.faults.network,
      moved: () => {
        this.#movements++;
      },
    });
  }

  #refuse(request: InProcessConnectOptions, before: number, error: unknown): never {
    const reason = this.#refusalsOf(request.clientId).slice(before).at(-1);
    if (reason === undefined || !(error instanceof LastwillError) || error.message.includes(reason)) throw error;
    throw new LastwillError(error.code, `${error.message}: ${reason}`, { cause: error });
  }

  #refusalsOf(clientId: string): string[] {
    return this.refusals.filter((refusal) => refusal.clientId === clientId).map(({ reason }) => reason);
  }

  #aws() {
    const { aws } = this.#engine;
    if (aws !== undefined) return aws;
    throw new LastwillError('OPTION_INVALID', 'this needs a CloudFormation template, and none was deployed');
  }
}

function requestOf(options: ConnectOptions & { readonly clientId: string }): InProcessConnectOptions {
  const { will, certificate: _certificate, cloud: _cloud, ...rest } = options;
  if (will === undefined) return rest;
  return { ...rest, will: { qos: 1, ...will, payload: payloadBytes(will.payload) } };
}

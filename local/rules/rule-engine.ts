import type { Clock } from '../../presence/clock';
import { throwIfAny } from '../../presence/errors';
import type { Randomness } from '../../presence/randomness';
import { TopicFilterTree } from '../../presence/topic-filter-tree';
import { type ExternalFunctions, MessageContext } from '../../semantics/iot-sql';
import type { Message, MessageSink, Origin } from '../ports';
import type { ResolvedTemplate } from '../resolved-template';
import type { ActionFactory } from '../rule-action';
import { Activity } from './activity';
import type { RuleObserver } from './ports';
import { RuleCompiler } from './rule-compiler';
import { basicIngest, type RuleMessage } from './rule-message';
import type { TopicRule } from './topic-rule';
import { readTopicRules, type TopicRuleDefinition } from './topic-rule-definition';

/** A republished message that would be the rules' work for the eleventh time in a row stops there. AWS only warns of loops. */
const MAXIMUM_DEPTH = 10;

/** What a rule engine works with. */
export interface RuleEngineOptions {
  /** Where rules are declared. */
  readonly templates: readonly ResolvedTemplate[];
  readonly actions: ActionFactory;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly observer: RuleObserver;
  /** 12 digits. @default '123456789012' */
  readonly accountId?: string;
  /** What the statements' external functions reach. @default - a statement that calls one fails */
  readonly external?: ExternalFunctions;
}

/** What is known of a rule. */
export interface RuleDescription {
  readonly name: string;
  readonly arn: string;
  readonly sql: string;
  readonly sqlVersion: string;
  /** False when the template disables it or it uses something that is not emulated. */
  readonly enabled: boolean;
}

/** The topic rules of a set of templates: takes every message and runs the rules that match. */
export interface RuleEngine extends MessageSink {
  readonly rules: readonly RuleDescription[];
  /** Resolves when nothing is left to do, except what waits for the clock. */
  whenIdle(): Promise<void>;
}

/**
 * Makes the rule engine of a set of templates. Rules run after the publisher's turn, in the order in which messages
 * came; a rule that AWS would accept and that is not emulated is left out with a warning.
 * @throws LastwillError TEMPLATE_INVALID with file, place and reason of every rule that AWS would refuse.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rules.html
 */
export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  const problems: string[] = [];
  const definitions = readTopicRules(options.templates, problems);
  const activity = new Activity(options.clock);
  const compiler = new RuleCompiler({ ...options, activity }, problems);
  const rules = definitions.map((definition) => compiler.compile(definition));
  throwIfAny('TEMPLATE_INVALID', problems);
  return new TemplateRuleEngine(
    options,
    activity,
    definitions,
    rules.filter((rule) => rule !== undefined),
  );
}

class TemplateRuleEngine implements RuleEngine {
  readonly rules: readonly RuleDescription[];
  readonly #byFilter = new TopicFilterTree<TopicRule>({ hashMatchesParent: false });
  readonly #byName: ReadonlyMap<string, TopicRule>;

  constructor(
    private readonly options: RuleEngineOptions,
    private readonly activity: Activity,
    definitions: readonly TopicRuleDefinition[],
    rules: readonly TopicRule[],
  ) {
    this.#byName = new Map(rules.map((rule) => [rule.identity.name, rule]));
    for (const rule of rules) {
      if (rule.from !== undefined) this.#byFilter.add(rule.from, rule);
    }
    this.rules = definitions.map(({ identity, sql, sqlVersion }) => ({
      name: identity.name,
      arn: identity.arn,
      sql,
      sqlVersion,
      enabled: this.#byName.has(identity.name),
    }));
  }

  accept(message: Message, origin: Origin): 'deliver' | 'consumed' {
    const ingest = basicIngest(message.topic);
    if (ingest !== undefined) {
      this.#acceptIngest(ingest, message, origin);
      return 'consumed';
    }
    let matching: TopicRule[] | undefined;
    this.#byFilter.forEachMatch(message.topic, (rule) => {
      matching ??= [];
      matching.push(rule);
    });
    if (matching !== undefined) this.#start(matching, message, origin, message.topic);
    return 'deliver';
  }

  whenIdle(): Promise<void> {
    return this.activity.whenIdle();
  }

  #acceptIngest({ ruleName, topic }: { ruleName: string; topic: string }, message: Message, origin: Origin): void {
    const rule = this.#byName.get(ruleName);
    if (rule !== undefined) {
      this.#start([rule], message, origin, topic);
      return;
    }
    this.options.observer.observe({
      kind: 'rule',
      ruleName,
      topic: message.topic,
      clientId: origin.clientId,
      outcome: 'notFound',
      reason: `RuleNotFound: no enabled rule is called ${ruleName}`,
    });
  }

  #start(rules: readonly TopicRule[], message: Message, origin: Origin, topic: string): void {
    if (origin.depth > MAXIMUM_DEPTH) {
      for (const { identity } of rules) this.#reportLoop(identity.name, topic, origin);
      return;
    }
    const seen = this.#seen(message, origin, topic);
    for (const _ of rules) this.activity.begin();
    // After the publisher's turn, so that subscribers have the message before its consequences.
    queueMicrotask(() => {
      for (const rule of rules) void rule.run(seen).finally(() => this.activity.end());
    });
  }

  #seen(message: Message, origin: Origin, topic: string): RuleMessage {
    const { clock, randomness, accountId = '123456789012', external } = this.options;
    const traceId = randomness.uuid();
    const { payloadFormatIndicator, ...properties } = message.properties;
    const context = new MessageContext({
      topic: message.topic,
      payload: message.payload,
      accountId,
      clock,
      randomness,
      clientId: origin.clientId,
      principal: origin.principal,
      sourceIp: origin.remoteAddress,
      traceId,
      ...properties,
      payloadFormatIndicator: payloadFormatIndicator === undefined ? undefined : payloadFormatIndicator ? 1 : 0,
      external,
    });
    return { message, origin, topic, traceId, context };
  }

  #reportLoop(ruleName: string, topic: string, origin: Origin): void {
    this.options.observer.observe({
      kind: 'rule',
      ruleName,
      topic,
      clientId: origin.clientId,
      outcome: 'loopStopped',
      reason: `the message was republished ${origin.depth} times in a row; AWS would go on and charge for it`,
    });
  }
}

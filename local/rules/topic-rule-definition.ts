import { AWS_LIMITS } from '../../presence/limits';
import { describe, isJsonObject, type JsonObject } from '../json-value';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import type { RuleIdentity } from '../rule-action';

/** One action as a template declares it. */
export interface ActionDefinition {
  /** E.g. `Sns`. */
  readonly type: string;
  readonly properties: JsonObject;
  /** Where it stands in the template. */
  readonly path: string;
}

/** A topic rule as a template declares it. */
export interface TopicRuleDefinition {
  readonly identity: RuleIdentity;
  readonly sql: string;
  /** As written. @default '2015-10-08', when the template does not say */
  readonly sqlVersion: string;
  readonly disabled: boolean;
  readonly actions: readonly ActionDefinition[];
  readonly errorAction?: ActionDefinition;
  /** Where the rule's payload stands: `<file>: Resources.<id>.Properties.TopicRulePayload`. */
  readonly path: string;
}

/** AWS uses the oldest version when none is named. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html */
const DEFAULT_SQL_VERSION = '2015-10-08';

/** Reads every `AWS::IoT::TopicRule`; what AWS would refuse is added to `problems`. */
export function readTopicRules(templates: readonly ResolvedTemplate[], problems: string[]): TopicRuleDefinition[] {
  const rules = templates.flatMap((template) =>
    template.resources
      .filter(({ type }) => type === 'AWS::IoT::TopicRule')
      .map((resource) => new DefinitionReader(template, resource, problems).read()),
  );
  const names = rules.map(({ identity }) => identity.name);
  for (const [index, { identity, path }] of rules.entries()) {
    if (names.indexOf(identity.name) < index) problems.push(`${path}: another rule is called ${identity.name}`);
  }
  return rules;
}

class DefinitionReader {
  readonly #path: string;

  constructor(
    private readonly template: ResolvedTemplate,
    private readonly resource: ResolvedResource,
    private readonly problems: string[],
  ) {
    this.#path = `${template.file ?? template.name}: Resources.${resource.logicalId}.Properties`;
  }

  read(): TopicRuleDefinition {
    const payload = this.#object(this.resource.properties.TopicRulePayload, 'TopicRulePayload');
    return {
      identity: this.#identity(),
      sql: this.#text(payload.Sql, 'TopicRulePayload.Sql') ?? '',
      sqlVersion: payload.AwsIotSqlVersion === undefined ? DEFAULT_SQL_VERSION : String(payload.AwsIotSqlVersion),
      disabled: payload.RuleDisabled === true || payload.RuleDisabled === 'true',
      actions: this.#actions(payload.Actions),
      errorAction:
        payload.ErrorAction === undefined
          ? undefined
          : this.#action(payload.ErrorAction, 'TopicRulePayload.ErrorAction'),
      path: `${this.#path}.TopicRulePayload`,
    };
  }

  #identity(): RuleIdentity {
    const { region, account, partition } = this.template;
    const name = this.resource.ref;
    if (!AWS_LIMITS.ruleName.test(name)) {
      this.#problem('RuleName', `must be 1 to 128 letters, digits or underscores, got '${name}'`);
    }
    const arn = this.resource.attributes.Arn ?? `arn:${partition}:iot:${region}:${account}:rule/${name}`;
    return { name, arn, region, account, partition };
  }

  #actions(declared: unknown): ActionDefinition[] {
    const path = 'TopicRulePayload.Actions';
    if (!Array.isArray(declared)) {
      this.#problem(path, `must be a list, got ${describe(declared)}`);
      return [];
    }
    if (declared.length > AWS_LIMITS.maximumActionsPerRule) {
      this.#problem(path, `must have at most ${AWS_LIMITS.maximumActionsPerRule} actions, got ${declared.length}`);
    }
    return declared
      .map((action: unknown, index) => this.#action(action, `${path}[${index}]`))
      .filter((action) => action !== undefined);
  }

  #action(declared: unknown, path: string): ActionDefinition | undefined {
    const [entry, ...others] = isJsonObject(declared) ? Object.entries(declared) : [];
    if (entry === undefined || others.length > 0 || !isJsonObject(entry[1])) {
      this.#problem(path, `must be an object with one action, got ${describe(declared)}`);
      return undefined;
    }
    const [type, properties] = entry;
    return { type, properties, path: `${this.#path}.${path}.${type}` };
  }

  #object(value: unknown, path: string): JsonObject {
    if (isJsonObject(value)) return value;
    this.#problem(path, `must be an object, got ${describe(value)}`);
    return {};
  }

  #text(value: unknown, path: string): string | undefined {
    if (typeof value === 'string') return value;
    this.#problem(path, `must be a text, got ${describe(value)}`);
    return undefined;
  }

  #problem(path: string, reason: string): void {
    this.problems.push(`${this.#path}.${path} ${reason}`);
  }
}

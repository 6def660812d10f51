import {
  type CompiledStatement,
  type CompiledTemplate,
  compileStatement,
  compileTemplate,
  isSqlVersion,
  isTemplate,
  SQL_VERSIONS,
  SqlError,
  type SqlVersion,
} from '../../semantics/iot-sql';
import { isJsonObject } from '../json-value';
import { type Action, type ActionFactory, ActionPropertyProblem } from '../rule-action';
import type { Activity } from './activity';
import type { RuleObserver } from './ports';
import { type Substitute, TopicRule } from './topic-rule';
import type { ActionDefinition, TopicRuleDefinition } from './topic-rule-definition';

/** What compiling a rule needs. */
export interface RuleCompilerOptions {
  readonly actions: ActionFactory;
  readonly activity: Activity;
  readonly observer: RuleObserver;
}

/** Makes rules that run from rules as templates declare them. */
export class RuleCompiler {
  constructor(
    private readonly options: RuleCompilerOptions,
    private readonly problems: string[],
  ) {}

  /**
   * Compiles a rule. What AWS would refuse is added to the problems, what is not emulated is reported as a warning.
   * @returns `undefined` when the rule cannot run or is disabled.
   */
  compile(definition: TopicRuleDefinition): TopicRule | undefined {
    const { identity, path, sqlVersion } = definition;
    if (!isSqlVersion(sqlVersion)) {
      this.problems.push(`${path}.AwsIotSqlVersion must be one of ${SQL_VERSIONS.join(', ')}, got '${sqlVersion}'`);
      return undefined;
    }
    const statement = this.#statement(definition, sqlVersion);
    const templates = new Map<string, CompiledTemplate>();
    const declared = [...definition.actions, ...(definition.errorAction === undefined ? [] : [definition.errorAction])];
    const emulated = declared.map((action) => this.#templates(action, sqlVersion, statement, templates, identity.name));
    const actions = definition.actions
      .map((action) => this.#action(action, definition))
      .filter((one) => one !== undefined);
    const errorAction =
      definition.errorAction === undefined ? undefined : this.#action(definition.errorAction, definition);
    if (statement === undefined || emulated.includes(false) || definition.disabled) return undefined;
    const substitute: Substitute = (template, { context }) => templates.get(template)?.(context) ?? template;
    const { activity, observer } = this.options;
    return new TopicRule({ identity, statement, substitute, actions, errorAction }, activity, observer);
  }

  #statement({ sql, path, identity }: TopicRuleDefinition, version: SqlVersion): CompiledStatement | undefined {
    const statement = this.#guarded(`${path}.Sql`, identity.name, () => compileStatement(sql, { version }));
    const from = statement?.fromFilter;
    if (from?.startsWith('$aws/rules/') === true) {
      this.#warn(
        identity.name,
        `FROM '${from}' never matches: basic ingest reaches a rule by its name, not by a topic`,
      );
    }
    return statement;
  }

  /** Compiles every substitution template of an action; false when one uses something that is not emulated. */
  #templates(
    action: ActionDefinition,
    version: SqlVersion,
    statement: CompiledStatement | undefined,
    compiled: Map<string, CompiledTemplate>,
    ruleName: string,
  ): boolean {
    return textsOf(action.properties, action.path).every(([path, text]) => {
      const known = this.problems.length;
      const template = this.#guarded(path, ruleName, () =>
        compileTemplate(text, { version, variables: statement?.variables }),
      );
      if (template !== undefined) compiled.set(text, template);
      return template !== undefined || this.problems.length > known;
    });
  }

  #action({ type, properties, path }: ActionDefinition, { identity }: TopicRuleDefinition): Action | undefined {
    try {
      const action = this.options.actions.create(type, properties, identity);
      if (action === undefined)
        this.#warn(identity.name, `${path}: AWS has no action ${type} that is known here: it is skipped`);
      return action;
    } catch (error) {
      if (!(error instanceof ActionPropertyProblem)) throw error;
      this.problems.push(`${path}.${error.message}`);
      return undefined;
    }
  }

  /** Compiles SQL: what AWS refuses becomes a problem, what is not emulated a warning. */
  #guarded<T>(path: string, ruleName: string, compile: () => T): T | undefined {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (error.code === 'SQL_NOT_EMULATED')
        this.#warn(ruleName, `${path}: ${error.message}: the rule is disabled here`);
      else this.problems.push(`${path}: ${error.message}`);
      return undefined;
    }
  }

  #warn(ruleName: string, reason: string): void {
    this.options.observer.observe({ kind: 'warning', ruleName, reason });
  }
}

/** Every text with a substitution template in an action, with its place. */
function textsOf(value: unknown, path: string): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return isTemplate(value) ? [[path, value]] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => textsOf(item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, `${path}.${key}`));
}

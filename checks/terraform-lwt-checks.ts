import { isJsonObject, own } from '../local/json-value';
import { LastwillError } from '../presence/errors';
import { AZURE_RULES } from './azure/azure-rules';
import { notProved } from './azure/not-proved';
import type { RuleFinding } from './check-rule';
import { checkTerraform } from './check-templates';
import type { DeclaredWill } from './declared-will';

/** As much of a construct as the checks use. */
interface ConstructToCheck {
  readonly node: {
    readonly path: string;
    readonly scopes: readonly ConstructToCheck[];
    readonly metadata: readonly { readonly type: string; readonly data: unknown }[];
    findAll(): readonly ConstructToCheck[];
    addValidation(validation: { validate(): string[] }): void;
    addMetadata(type: string, data: unknown): void;
  };
}

/** A stack of cdktf, or of cdktn. */
export interface TerraformStackToCheck extends ConstructToCheck {
  readonly node: ConstructToCheck['node'] & { readonly id: string };
  toTerraform(): unknown;
}

/** How {@link TerraformLwtChecks} checks a stack. */
export interface TerraformLwtChecksProps {
  /** Wills that devices leave, beside those that `LwtMonitor` and `MqttClient` declare. @default - none */
  readonly wills?: readonly DeclaredWill[];
  /** Values of Terraform variables by name. @default - the variables' defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Ids of rules whose findings are accepted in the whole stack, each with the reason. For one construct, say
   * `Warnings.of(construct).acknowledge('lastwill:sharedWillTopic', reason)`.
   * @default - none
   */
  readonly acknowledged?: Readonly<Record<string, string>>;
}

// How cdktf tells warnings from other metadata, and `Warnings` of lastwill/azure what has been acknowledged.
const WARNING = '@cdktf/warn';
const ACKNOWLEDGED = 'lastwill:acknowledged';

/**
 * Checks a stack of cdktf, whoever wrote its constructs, against the rules of `docs/rules.md` whenever it is synthesized.
 * Errors fail the synthesis, warnings are reported with it.
 *
 * @example
 * TerraformLwtChecks.addTo(stack, { acknowledged: { 'lastwill:sharedWillTopic': 'one lamp, one topic' } });
 */
export class TerraformLwtChecks {
  /** @throws LastwillError OPTION_INVALID for an acknowledged id that no rule has. */
  static addTo(stack: TerraformStackToCheck, props: TerraformLwtChecksProps = {}): void {
    const checks = new TerraformLwtChecks(stack, props);
    stack.node.addValidation({ validate: () => checks.#validate() });
  }

  readonly #stack: TerraformStackToCheck;
  readonly #props: TerraformLwtChecksProps;

  private constructor(stack: TerraformStackToCheck, props: TerraformLwtChecksProps) {
    const known: readonly string[] = AZURE_RULES.map(({ id }) => id);
    const unknown = Object.keys(props.acknowledged ?? {}).filter((id) => !known.includes(id));
    if (unknown.length > 0) {
      const rule = 'acknowledged must name rules of docs/rules.md';
      throw new LastwillError('OPTION_INVALID', `${rule}, got ${unknown.join(', ')}`);
    }
    this.#stack = stack;
    this.#props = props;
  }

  #validate(): string[] {
    const json: unknown = JSON.parse(JSON.stringify(this.#stack.toTerraform()));
    const found = this.#findings(json).filter((finding) => !this.#isAcknowledged(finding, json));
    for (const { ruleId, severity, logicalId, message } of found) {
      if (severity === 'warning') this.#warn(`${place(logicalId)}${message} [ack: ${ruleId}]`);
    }
    return found
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, logicalId, message }) => `${place(logicalId)}${message} [${ruleId}]`);
  }

  #findings(json: unknown): readonly RuleFinding[] {
    const { parameters, wills = [] } = this.#props;
    const source = { name: `${this.#stack.node.id}.tf.json`, json };
    try {
      return checkTerraform(source, { wills, ...(parameters === undefined ? {} : { parameters }) }).findings;
    } catch (error) {
      // Such as a variable without a default, which the checks of others must not fail on.
      if (!(error instanceof LastwillError)) throw error;
      return [{ ruleId: notProved.id, severity: notProved.severity, template: source.name, message: error.message }];
    }
  }

  #isAcknowledged({ ruleId, logicalId }: RuleFinding, json: unknown): boolean {
    if (Object.hasOwn(this.#props.acknowledged ?? {}, ruleId)) return true;
    const path = logicalId === undefined ? undefined : pathOf(json, logicalId);
    const construct = this.#stack.node.findAll().find(({ node }) => node.path === path) ?? this.#stack;
    return construct.node.scopes.some(({ node }) =>
      node.metadata.some(({ type, data }) => type === ACKNOWLEDGED && isJsonObject(data) && own(data, 'id') === ruleId),
    );
  }

  // A stack that is synthesized twice warns once.
  #warn(message: string): void {
    const { node } = this.#stack;
    if (node.metadata.some(({ type, data }) => type === WARNING && data === message)) return;
    node.addMetadata(WARNING, message);
  }
}

function place(logicalId: string | undefined): string {
  return logicalId === undefined ? '' : `${logicalId}: `;
}

/** The path of the construct that made a resource, as cdktf notes it beside the resource. */
function pathOf(json: unknown, logicalId: string): unknown {
  const [type = '', name = ''] = logicalId.split('.');
  return ['resource', type, name, '//', 'metadata', 'path'].reduce<unknown>(
    (value, key) => (isJsonObject(value) ? own(value, key) : undefined),
    json,
  );
}

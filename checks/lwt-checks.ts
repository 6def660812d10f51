import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyValidationStack,
  PolicyViolation,
} from 'aws-cdk-lib';
import { readTemplates } from '../local/template/template-files';
import { LastwillError } from '../presence/errors';
import { AWS_RULES } from './aws/aws-rules';
import { notProved } from './aws/not-proved';
import type { RuleFinding } from './check-rule';
import { checkCloudFormation, parametersOf } from './check-templates';
import type { DeclaredWill } from './declared-will';

const KNOWN_IDS: readonly string[] = AWS_RULES.map(({ id }) => id);

/** How {@link LwtChecks} checks an app. */
export interface LwtChecksProps {
  /** Wills that devices leave, beside those that `LwtMonitor` declares. @default - none */
  readonly wills?: readonly DeclaredWill[];
  /** Values of template parameters by name, for those that have no default. @default - the parameters' defaults */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Ids of rules whose findings are accepted in the whole app, each with the reason. For one construct, say
   * `Validations.of(construct).acknowledge({ id: 'lastwill::sharedWillTopic', reason })`.
   * @default - none
   */
  readonly acknowledged?: Readonly<Record<string, string>>;
}

/**
 * Validation plugin of the AWS CDK that checks every stack of an app, whoever wrote it, against the rules of
 * `docs/rules.md` whenever the app is synthesized. Errors fail the synthesis, warnings are reported.
 *
 * @example
 * Validations.of(app).addPlugins(new LwtChecks({ acknowledged: { 'lastwill:sharedWillTopic': 'one lamp, one topic' } }));
 */
export class LwtChecks implements IPolicyValidationPlugin {
  readonly name = 'lastwill';
  readonly ruleIds = KNOWN_IDS.map(ruleName);
  readonly #props: LwtChecksProps;

  constructor(props: LwtChecksProps = {}) {
    const unknown = Object.keys(props.acknowledged ?? {}).filter((id) => !KNOWN_IDS.includes(id));
    if (unknown.length > 0) {
      throw new LastwillError(
        'OPTION_INVALID',
        `acknowledged must name rules of docs/rules.md, got ${unknown.join(', ')}`,
      );
    }
    this.#props = props;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { acknowledged = {} } = this.#props;
    const findings = environments(context.stackTemplates)
      .flatMap((stacks) => this.#check(stacks))
      .filter(({ ruleId }) => !Object.hasOwn(acknowledged, ruleId));
    return {
      success: findings.every(({ severity }) => severity !== 'error'),
      violations: findings.map(violation),
    };
  }

  #check(stacks: readonly PolicyValidationStack[]): RuleFinding[] {
    try {
      const sources = stacks.flatMap(({ templatePath }) => readTemplates(templatePath));
      const { wills = [], parameters = {} } = this.#props;
      return [...checkCloudFormation(sources, { wills, parameters: parametersOf(sources, parameters) }).findings];
    } catch (error) {
      if (!(error instanceof LastwillError)) throw error;
      const { id: ruleId, severity } = notProved;
      return [{ ruleId, severity, template: stacks[0]?.templatePath ?? '', message: error.message }];
    }
  }
}

/** The id without its prefix: the CDK puts the plugin's name in front, `lastwill::sharedWillTopic`. */
function ruleName(id: string): string {
  return id.replace(/^lastwill:/, '');
}

/** Stacks by account and region: names are unique in each. */
function environments(stacks: readonly PolicyValidationStack[]): PolicyValidationStack[][] {
  const groups = new Map<string, PolicyValidationStack[]>();
  for (const stack of stacks) {
    const key = `${stack.accountId ?? ''} ${stack.region ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), stack]);
  }
  return [...groups.values()];
}

function violation({ ruleId, severity, message, logicalId, path, template }: RuleFinding): PolicyViolation {
  const { what, why, see } = AWS_RULES.find(({ id }) => id === ruleId) ?? notProved;
  return {
    ruleName: ruleName(ruleId),
    description: message,
    severity,
    fix: see,
    ruleMetadata: { what, why },
    violatingResources: [
      {
        ...(logicalId === undefined ? {} : { resourceLogicalId: logicalId }),
        templatePath: template,
        locations: path === undefined ? [] : [path],
      },
    ],
  };
}

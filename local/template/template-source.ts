import { LastwillError } from '../../presence/errors';

/** A CloudFormation template: the text of a file, or JSON that is already parsed. */
export type TemplateSource = {
  /** The file as the user named it; the stack gets its name unless `stackName` is given. */
  readonly name: string;
  readonly stackName?: string;
  /** Where the stack is to be deployed, as far as it says. @default - anywhere */
  readonly environment?: TemplateEnvironment;
  /** Finds the template of a nested stack; `undefined` when it is not at hand. @default - none is */
  readonly nested?: (stack: NestedStackReference) => TemplateSource | undefined;
} & ({ readonly text: string } | { readonly json: unknown });

/** Account and region of a stack. */
export interface TemplateEnvironment {
  /** @default - any */
  readonly account?: string;
  /** @default - any */
  readonly region?: string;
}

/** How a template says which template a nested stack has. */
export interface NestedStackReference {
  /** `TemplateURL`, resolved: of S3, or the path of a file before packaging. */
  readonly templateUrl: unknown;
  /** The metadata `aws:asset:path` of the AWS CDK. @default - none */
  readonly assetPath: unknown;
}

/**
 * The one account and region of templates that shall run together.
 * @throws LastwillError TEMPLATE_INVALID when they are for several.
 */
export function sharedEnvironment(sources: readonly TemplateSource[]): TemplateEnvironment {
  return { ...shared('account', sources), ...shared('region', sources) };
}

/** Templates by the account and region that they are for. */
export function byEnvironment<T extends TemplateSource>(sources: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const source of sources) {
    const key = `${source.environment?.account ?? ''}/${source.environment?.region ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  return [...groups.values()];
}

function shared(key: keyof TemplateEnvironment, sources: readonly TemplateSource[]): TemplateEnvironment {
  const owners = new Map<string, string>();
  for (const { name, environment } of sources) {
    const value = environment?.[key];
    if (value !== undefined && !owners.has(value)) owners.set(value, name);
  }
  if (owners.size > 1) {
    const each = [...owners].map(([value, name]) => `${name} in ${value}`).join(', ');
    throw new LastwillError(
      'TEMPLATE_INVALID',
      `templates that run together must be for one ${key}, got ${each}; take the stacks of one environment`,
    );
  }
  const [value] = owners.keys();
  return value === undefined ? {} : { [key]: value };
}

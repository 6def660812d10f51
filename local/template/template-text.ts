import { type CollectionTag, parseDocument, Scalar, type ScalarTag, type YAMLError, YAMLMap, type YAMLSeq } from 'yaml';
import { LastwillError } from '../../presence/errors';
import { jsonErrorAt } from './json-error';

/**
 * Reads a template from JSON or YAML; YAML may use CloudFormation's short tags such as `!Ref` and `!Sub`.
 * A name that ends with `.yaml` or `.yml` means YAML, one that ends with `.json` JSON; otherwise the text decides.
 * @throws LastwillError TEMPLATE_INVALID with the file, line, column and reason.
 */
export function parseTemplateText(file: string, text: string): unknown {
  if (/\.(tf|hcl)$/i.test(file)) {
    const way = 'terraform plan -out=plan && terraform show -json plan > plan.json';
    throw new LastwillError(
      'TEMPLATE_INVALID',
      `${file}: HCL is not read, the plan that Terraform makes of it is: ${way}`,
    );
  }
  const body = text.replace(/^\uFEFF/, '');
  const yaml = /\.ya?ml$/i.test(file) || (!/\.json$/i.test(file) && !body.trimStart().startsWith('{'));
  return yaml ? parseYaml(file, body) : parseJson(file, body);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = jsonErrorAt(text);
    throw new LastwillError('TEMPLATE_INVALID', `${file}:${at.line}:${at.column}: not valid JSON: ${at.reason}`, {
      cause,
    });
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    const document = parseDocument(text, {
      customTags: INTRINSIC_TAGS,
      merge: true,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined)
      throw new LastwillError('TEMPLATE_INVALID', yamlMistake(file, text, error), { cause: error });
    return document.toJS();
  } catch (cause) {
    if (cause instanceof LastwillError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LastwillError('TEMPLATE_INVALID', `${file}: not valid YAML: ${reason}`, { cause });
  }
}

function yamlMistake(file: string, text: string, { pos, message }: YAMLError): string {
  const before = text.slice(0, pos[0]).split('\n');
  return `${file}:${before.length}:${(before[before.length - 1] ?? '').length + 1}: not valid YAML: ${message}`;
}

/** Short tags, and the key that each stands for. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const TAGGED_KEYS: Readonly<Record<string, string>> = {
  Ref: 'Ref',
  Condition: 'Condition',
  ...Object.fromEntries(
    (
      'And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap GetAtt GetAZs If ImportValue Join ' +
      'Length Not Or RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll'
    )
      .split(' ')
      .map((name) => [name, `Fn::${name}`]),
  ),
};

const INTRINSIC_TAGS: (ScalarTag | CollectionTag)[] = Object.entries(TAGGED_KEYS).flatMap(([name, key]) => [
  { tag: `!${name}`, resolve: (text: string) => ({ [key]: text }) },
  { tag: `!${name}`, collection: 'seq' as const, resolve: (list: YAMLMap | YAMLSeq) => wrap(key, list) },
  { tag: `!${name}`, collection: 'map' as const, resolve: (map: YAMLMap | YAMLSeq) => wrap(key, map) },
]);

function wrap(key: string, value: YAMLMap | YAMLSeq): YAMLMap {
  const map = new YAMLMap();
  map.set(new Scalar(key), value);
  return map;
}

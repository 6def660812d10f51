import { mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { booleanProblem, CONDITION_OPERATORS } from './condition-operators';

/** One condition: operator, key and the values, any of which may fit. */
export interface PolicyCondition {
  /** Canonical name without qualifier and suffix, e.g. `StringEquals`. */
  readonly operator: string;
  readonly qualifier?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement of a policy. */
export interface PolicyStatement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** `NotAction`: the statement is about every action but these. */
  readonly actionsNegated: boolean;
  readonly resources: readonly string[];
  /** `NotResource`: the statement is about every resource but these. */
  readonly resourcesNegated: boolean;
  readonly conditions: readonly PolicyCondition[];
}

/** A policy document that AWS would take. */
export interface PolicyDocument {
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
}

type Json = Readonly<Record<string, unknown>>;

const DOCUMENT_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const VERSIONS = ['2012-10-17', '2008-10-17'];

/**
 * Reads a policy document as `AWS::IoT::Policy` and `CreatePolicy` take it: an object, or its JSON text.
 * @param name the policy's name, for messages and explanations
 * @throws LastwillError POLICY_INVALID that names every problem with the index of its statement
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function parsePolicyDocument(document: unknown, name: string): PolicyDocument {
  const problems: string[] = [];
  const json = typeof document === 'string' ? parseJson(document, problems) : document;
  const statements = problems.length > 0 ? [] : parseDocument(json, problems);
  if (problems.length === 0) checkSize(document, problems);
  throwIfAny(
    'POLICY_INVALID',
    problems.map((problem) => `policy '${name}': ${problem}`),
  );
  return { name, statements };
}

/** The size that counts against AWS's limit: characters of the document's JSON without white space. */
export function policyDocumentSize(document: unknown): number {
  const text = typeof document === 'string' ? document : (JSON.stringify(document) ?? '');
  return [...text.replace(/\s/g, '')].length;
}

function parseJson(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    problems.push(`the document must be JSON: ${(error as Error).message}`);
    return undefined;
  }
}

function checkSize(document: unknown, problems: string[]): void {
  const size = policyDocumentSize(document);
  if (size <= AWS_LIMITS.maximumPolicyCharacters) return;
  problems.push(
    `the document must be at most ${AWS_LIMITS.maximumPolicyCharacters} characters long without white space, got ${size}`,
  );
}

function parseDocument(json: unknown, problems: string[]): PolicyStatement[] {
  if (!isObject(json)) {
    problems.push(mustBe('the document', 'a JSON object', json));
    return [];
  }
  problems.push(...unknownKeys('the document', json, DOCUMENT_KEYS));
  if (json.Version !== undefined && !VERSIONS.includes(String(json.Version))) {
    problems.push(mustBe('Version', `'2012-10-17'`, json.Version));
  }
  const statements = Array.isArray(json.Statement) ? (json.Statement as unknown[]) : [json.Statement];
  if (json.Statement === undefined || statements.length === 0) {
    problems.push('Statement must be a statement or a list of at least one');
    return [];
  }
  return statements.map((statement, index) => parseStatement(statement, `Statement[${index}]`, problems));
}

function parseStatement(json: unknown, path: string, problems: string[]): PolicyStatement {
  const statement: Json = isObject(json) ? json : {};
  if (!isObject(json)) problems.push(mustBe(path, 'a JSON object', json));
  else problems.push(...unknownKeys(path, json, STATEMENT_KEYS));
  const { Effect: effect, Sid: sid } = statement;
  if (isObject(json) && effect !== 'Allow' && effect !== 'Deny') {
    problems.push(mustBe(`${path}.Effect`, `'Allow' or 'Deny'`, effect));
  }
  if (sid !== undefined && typeof sid !== 'string') problems.push(mustBe(`${path}.Sid`, 'a string', sid));
  const actions = eitherList(statement, path, ['Action', 'NotAction'], problems, actionProblem);
  const resources = eitherList(statement, path, ['Resource', 'NotResource'], problems, resourceProblem);
  return {
    sid: typeof sid === 'string' && sid !== '' ? sid : undefined,
    effect: effect === 'Deny' ? 'Deny' : 'Allow',
    actions: actions.values,
    actionsNegated: actions.negated,
    resources: resources.values,
    resourcesNegated: resources.negated,
    conditions: parseConditions(statement.Condition, `${path}.Condition`, problems),
  };
}

function eitherList(
  statement: Json,
  path: string,
  [name, negatedName]: readonly [string, string],
  problems: string[],
  problemOf: (value: string) => string | undefined,
): { readonly values: readonly string[]; readonly negated: boolean } {
  const negated = statement[negatedName] !== undefined;
  if (negated === (statement[name] !== undefined)) {
    problems.push(`${path} must have ${negated ? 'only one of' : 'one of'} ${name} and ${negatedName}`);
    return { values: [], negated: false };
  }
  const used = negated ? negatedName : name;
  const values = stringList(statement[used], `${path}.${used}`, problems);
  if (values !== undefined && values.length === 0) problems.push(`${path}.${used} must not be an empty list`);
  for (const value of values ?? []) {
    const rule = problemOf(value);
    if (rule !== undefined) problems.push(mustBe(`${path}.${used}`, rule, value));
  }
  return { values: values ?? [], negated };
}

function actionProblem(action: string): string | undefined {
  return /^(\*|[a-zA-Z0-9-]+:[a-zA-Z*?]+)$/.test(action) ? undefined : `'*' or service:Action, e.g. iot:Publish`;
}

function resourceProblem(resource: string): string | undefined {
  return /^(\*+|arn:.+)$/s.test(resource)
    ? undefined
    : `'*' or an ARN, e.g. arn:aws:iot:us-east-1:123456789012:topic/a`;
}

function parseConditions(json: unknown, path: string, problems: string[]): PolicyCondition[] {
  if (json === undefined) return [];
  if (!isObject(json)) {
    problems.push(mustBe(path, 'an object of operators', json));
    return [];
  }
  return Object.entries(json).flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (operator === undefined) {
      problems.push(`${path} has the operator '${name}', which policies do not have`);
      return [];
    }
    if (!isObject(keys)) {
      problems.push(mustBe(`${path}.${name}`, 'an object of condition keys', keys));
      return [];
    }
    return Object.entries(keys).map(([key, value]) => {
      const values = stringList(value, `${path}.${name}['${key}']`, problems) ?? [];
      problems.push(...valueProblems(operator.operator, values, `${path}.${name}['${key}']`));
      return { ...operator, key, values };
    });
  });
}

function parseOperator(name: string): Pick<PolicyCondition, 'operator' | 'qualifier' | 'ifExists'> | undefined {
  const [, qualifier, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (base === 'Null') return suffix === undefined ? { operator: 'Null', ifExists: false } : undefined;
  if (!CONDITION_OPERATORS.has(base)) return undefined;
  return {
    operator: base,
    qualifier: qualifier === 'ForAllValues' || qualifier === 'ForAnyValue' ? qualifier : undefined,
    ifExists: suffix !== undefined,
  };
}

function valueProblems(operator: string, values: readonly string[], path: string): string[] {
  const problemOf = operator === 'Null' ? booleanProblem : CONDITION_OPERATORS.get(operator)?.problem;
  if (problemOf === undefined) return [];
  return values.flatMap((value) => {
    const rule = value.includes('${') ? undefined : problemOf(value);
    return rule === undefined ? [] : [mustBe(path, rule, value)];
  });
}

/** A string or a list of strings; booleans and numbers count as their text, as in IAM. */
function stringList(json: unknown, path: string, problems: string[]): readonly string[] | undefined {
  const list = Array.isArray(json) ? (json as unknown[]) : [json];
  if (list.every((item) => ['string', 'boolean', 'number'].includes(typeof item))) return list.map(String);
  problems.push(mustBe(path, 'a string or a list of strings', json));
  return undefined;
}

function unknownKeys(path: string, json: Json, known: readonly string[]): string[] {
  return Object.keys(json)
    .filter((key) => !known.includes(key))
    .map((key) => `${path} has the element '${key}', which is none of ${known.join(', ')}`);
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

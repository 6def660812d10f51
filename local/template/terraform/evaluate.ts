import { type BinaryOperator, type Expression, type ForExpression, SPLAT_ELEMENT } from './expression';
import { callFunction, type FunctionContext } from './functions';
import { ExpressionProblem } from './scanner';
import {
  booleanOf,
  describeValue,
  isList,
  isObject,
  listOf,
  Members,
  numberOf,
  objectOf,
  textOf,
  Unknown,
  type Value,
  type ValueObject,
} from './values';

/** What names and functions stand for while an expression is evaluated. */
export interface Environment extends FunctionContext {
  /** The value of a name at the start of a reference. @throws ExpressionProblem when there is none. */
  lookup(name: string): Value;
}

/**
 * Evaluates an expression.
 * @throws ExpressionProblem when Terraform would refuse it, or when it needs something that is not done here.
 */
export function evaluateExpression(expression: Expression, environment: Environment): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return concatenated(expression.parts.map((part) => evaluateExpression(part, environment)));
    case 'name':
      return environment.lookup(expression.name);
    case 'attribute':
      return member(evaluateExpression(expression.of, environment), expression.name);
    case 'index':
      return indexed(evaluateExpression(expression.of, environment), evaluateExpression(expression.key, environment));
    case 'splat':
      return splat(evaluateExpression(expression.of, environment), expression.each, environment);
    case 'list':
      return expression.items.map((item) => evaluateExpression(item, environment));
    case 'object':
      return evaluateObject(expression.entries, environment);
    case 'conditional':
      return evaluateConditional(expression, environment);
    case 'for':
      return evaluateFor(expression, environment);
    default:
      return evaluateOperation(expression, environment);
  }
}

function evaluateOperation(
  expression: Extract<Expression, { kind: 'call' | 'binary' | 'unary' }>,
  environment: Environment,
): Value {
  if (expression.kind === 'call') return evaluateCall(expression, environment);
  if (expression.kind === 'binary') return evaluateBinary(expression, environment);
  const operand = evaluateExpression(expression.operand, environment);
  if (operand instanceof Unknown) return operand;
  return expression.operator === '-' ? -numberOf(operand) : !booleanOf(operand);
}

function concatenated(parts: readonly Value[]): Value {
  if (parts.some((part) => part instanceof Unknown)) {
    return new Unknown(parts.map((part) => (part instanceof Unknown ? part.address : textOf(part))).join(''));
  }
  return parts.map(textOf).join('');
}

function member(value: Value, name: string): Value {
  if (value instanceof Members) return value.get(name);
  if (value instanceof Unknown) return new Unknown(`${value.address}.${name}`);
  if (isObject(value) && Object.hasOwn(value, name)) return value[name] as Value;
  throw new ExpressionProblem(`there is no '${name}' in ${describeValue(value)}`);
}

function indexed(value: Value, key: Value): Value {
  if (key instanceof Unknown || value instanceof Unknown) return new Unknown(`${addressOf(value)}[...]`);
  if (!isList(value)) return member(value, textOf(key));
  const found = value[numberOf(key)];
  if (found === undefined) throw new ExpressionProblem(`there is no element ${textOf(key)} in ${describeValue(value)}`);
  return found;
}

function splat(value: Value, each: Expression, environment: Environment): Value {
  if (value instanceof Unknown) return value;
  const list = isList(value) ? value : value === null ? [] : [value];
  return list.map((element) => evaluateExpression(each, within(environment, { [SPLAT_ELEMENT]: element })));
}

function evaluateObject(entries: readonly (readonly [Expression, Expression])[], environment: Environment): Value {
  return Object.fromEntries(
    entries.map(([key, value]) => [
      textOf(evaluateExpression(key, environment)),
      evaluateExpression(value, environment),
    ]),
  );
}

function evaluateConditional(
  { condition, whenTrue, whenFalse }: Extract<Expression, { kind: 'conditional' }>,
  environment: Environment,
): Value {
  const decided = evaluateExpression(condition, environment);
  if (decided instanceof Unknown) return decided;
  return evaluateExpression(booleanOf(decided) ? whenTrue : whenFalse, environment);
}

function evaluateCall(
  { name, operands, spread }: Extract<Expression, { kind: 'call' }>,
  environment: Environment,
): Value {
  if (name === 'try' || name === 'can') return attempt(name, operands, environment);
  const values = operands.map((operand) => evaluateExpression(operand, environment));
  const last = spread ? values.pop() : undefined;
  return callFunction(name, last === undefined ? values : [...values, ...listOf(last)], environment);
}

function attempt(name: 'try' | 'can', operands: readonly Expression[], environment: Environment): Value {
  for (const operand of operands) {
    try {
      const value = evaluateExpression(operand, environment);
      return name === 'can' ? true : value;
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
    }
  }
  if (name === 'can') return false;
  throw new ExpressionProblem('none of the expressions of try() has a value');
}

function evaluateBinary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  environment: Environment,
): Value {
  const one = evaluateExpression(left, environment);
  if (one instanceof Unknown) return one;
  if (operator === '&&' && !booleanOf(one)) return false;
  if (operator === '||' && booleanOf(one)) return true;
  const other = evaluateExpression(right, environment);
  return other instanceof Unknown ? other : BINARY[operator](one, other);
}

const BINARY: Readonly<Record<BinaryOperator, (left: Value, right: Value) => Value>> = {
  '==': (left, right) => JSON.stringify(left) === JSON.stringify(right),
  '!=': (left, right) => JSON.stringify(left) !== JSON.stringify(right),
  '<': (left, right) => numberOf(left) < numberOf(right),
  '>': (left, right) => numberOf(left) > numberOf(right),
  '<=': (left, right) => numberOf(left) <= numberOf(right),
  '>=': (left, right) => numberOf(left) >= numberOf(right),
  '&&': (_left, right) => booleanOf(right),
  '||': (_left, right) => booleanOf(right),
  '+': (left, right) => numberOf(left) + numberOf(right),
  '-': (left, right) => numberOf(left) - numberOf(right),
  '*': (left, right) => numberOf(left) * numberOf(right),
  '/': (left, right) => numberOf(left) / numberOf(right),
  '%': (left, right) => numberOf(left) % numberOf(right),
};

function evaluateFor(expression: ForExpression, environment: Environment): Value {
  const source = evaluateExpression(expression.source, environment);
  if (source instanceof Unknown) return source;
  const rows = entriesOf(source).map(([key, value]) => forRow(expression, environment, key, value));
  const kept = rows.filter((row) => row !== undefined);
  if (expression.key === undefined) return kept.map((row) => row.value);
  if (!expression.grouped) return Object.fromEntries(kept.map((row) => [row.key, row.value]));
  const groups = new Map<string, Value[]>();
  for (const row of kept) groups.set(row.key, [...(groups.get(row.key) ?? []), row.value]);
  return Object.fromEntries(groups);
}

function forRow(
  { keyName, valueName, key, value, condition }: ForExpression,
  environment: Environment,
  entryKey: Value,
  entryValue: Value,
): { readonly key: string; readonly value: Value } | undefined {
  const names = { [valueName]: entryValue, ...(keyName === undefined ? {} : { [keyName]: entryKey }) };
  const inside = within(environment, names);
  if (condition !== undefined && !booleanOf(evaluateExpression(condition, inside))) return undefined;
  const rowKey = key === undefined ? '' : textOf(evaluateExpression(key, inside));
  return { key: rowKey, value: evaluateExpression(value, inside) };
}

/** Keys and values of a list or an object; objects in the order of their keys, as Terraform has it. */
export function entriesOf(value: Value): (readonly [key: Value, value: Value])[] {
  if (isList(value)) return value.map((element, index) => [index, element] as const);
  return Object.entries(objectOf(value)).sort(([one], [other]) => (one < other ? -1 : 1));
}

function within(environment: Environment, names: ValueObject): Environment {
  return {
    ...environment,
    lookup: (name) => (Object.hasOwn(names, name) ? (names[name] as Value) : environment.lookup(name)),
  };
}

function addressOf(value: Value): string {
  return value instanceof Unknown ? value.address : 'value';
}

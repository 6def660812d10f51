import type { Call, Case, Expression, ObjectLiteral, Query } from './ast';
import { castTo } from './cast';
import type { CompileSettings, Evaluate } from './evaluate';
import { findFunction } from './functions';
import { numberFromText, numberRules } from './numbers';
import { equality, negate, not, OPERATIONS } from './operators';
import type { Run } from './run';
import { compileSelection } from './selection-compiler';
import { fieldOf, isArray, isObject, type SqlObject, type SqlValue } from './value';

/** Compiles a validated expression to a closure. */
export function compileExpression(expression: Expression, settings: CompileSettings): Evaluate {
  const compile = (inner: Expression): Evaluate => compileExpression(inner, settings);
  switch (expression.kind) {
    case 'string':
    case 'boolean':
      return constant(expression.value);
    case 'number':
      return constant(numberFromText(expression.text, numberRules(settings.version)));
    case 'null':
      return constant(null);
    case 'path':
      return compilePath(expression.keys, settings);
    case 'star':
      return settings.nested ? (_, element) => element : (run) => run.payload();
    case 'variable':
      return compileVariable(settings.variables.get(expression.name));
    case 'member':
      return compileMember(compile(expression.object), expression.key);
    default:
      return compileComposed(expression, settings, compile);
  }
}

type Composed = Exclude<
  Expression,
  { kind: 'string' | 'boolean' | 'number' | 'null' | 'path' | 'star' | 'variable' | 'member' }
>;
type Compile = (expression: Expression) => Evaluate;

function compileComposed(expression: Composed, settings: CompileSettings, compile: Compile): Evaluate {
  switch (expression.kind) {
    case 'call':
      return compileCall(expression, settings.nested, compile);
    case 'cast':
      return compileCast(compile(expression.value), expression.type);
    case 'not':
      return compileNot(compile(expression.operand));
    case 'negate':
      return compileNegate(compile(expression.operand));
    case 'binary':
      return compileBinary(OPERATIONS[expression.operator], compile(expression.left), compile(expression.right));
    case 'case':
      return compileCase(expression, compile);
    case 'array':
      return compileArray(expression.items.map(compile));
    case 'object':
      return compileObject(expression, compile);
    case 'query':
      return compileQuery(expression, settings, compile);
    case 'exists':
      return compileExists(compile(expression.query));
  }
}

function constant(value: SqlValue): Evaluate {
  return () => value;
}

function compilePath(written: readonly string[], { nested, alias }: CompileSettings): Evaluate {
  const keys = nested && written[0] === alias ? written.slice(1) : written;
  const [first, ...rest] = keys;
  if (first === undefined) return (_, element) => element;
  if (rest.length === 0)
    return nested ? (_, element) => fieldOf(element, first) : (run) => fieldOf(run.payload(), first);
  return (run, element) => {
    let value = nested ? element : run.payload();
    for (const key of keys) value = fieldOf(value, key);
    return value;
  };
}

function compileVariable(index: number | undefined): Evaluate {
  return index === undefined ? constant(undefined) : (run) => run.variables[index];
}

function compileMember(object: Evaluate, key: string): Evaluate {
  return (run, element) => fieldOf(object(run, element), key);
}

function compileCall({ name, arguments: expressions }: Call, nested: boolean, compile: Compile): Evaluate {
  const found = findFunction(name);
  if (found === undefined || expressions.length < found.minimum || expressions.length > found.maximum)
    return constant(undefined);
  if (found.kind === 'special') return found.compile(expressions, { compile, nested });
  const parts = expressions.map(compile);
  const { evaluate } = found;
  const [first, second] = parts;
  if (first === undefined) return (run) => evaluate([], run);
  if (second === undefined) return (run, element) => evaluate([first(run, element)], run);
  return (run, element) =>
    evaluate(
      parts.map((part) => part(run, element)),
      run,
    );
}

function compileCast(value: Evaluate, type: string): Evaluate {
  const convert = castTo(type);
  return (run, element) => convert(value(run, element), run.numbers);
}

function compileNot(operand: Evaluate): Evaluate {
  return (run, element) => not(operand(run, element));
}

function compileNegate(operand: Evaluate): Evaluate {
  return (run, element) => negate(operand(run, element), run.numbers);
}

function compileBinary(operation: (typeof OPERATIONS)['+'], left: Evaluate, right: Evaluate): Evaluate {
  return (run, element) => operation(left(run, element), right(run, element), run.numbers);
}

function compileCase(expression: Case, compile: Compile): Evaluate {
  const subject = compile(expression.value);
  const branches = expression.branches.map(({ when, result }) => ({ when: compile(when), result: compile(result) }));
  const otherwise = expression.otherwise === undefined ? constant(undefined) : compile(expression.otherwise);
  return (run, element) => {
    const value = subject(run, element);
    if (value === undefined) return undefined;
    const branch = branches.find(({ when }) => equality(value, when(run, element)) === true);
    return (branch?.result ?? otherwise)(run, element);
  };
}

/** Undefined has no place in JSON: it is left out, as it is left out of objects. */
function compileArray(items: readonly Evaluate[]): Evaluate {
  return (run, element) => items.map((item) => item(run, element)).filter((value) => value !== undefined);
}

function compileObject(expression: ObjectLiteral, compile: Compile): Evaluate {
  const entries = expression.entries.map(({ key, value }) => ({ key, value: compile(value) }));
  return (run, element) => {
    const result: Record<string, SqlValue> = Object.create(null);
    for (const { key, value } of entries) {
      const field = value(run, element);
      if (field !== undefined) result[key] = field;
    }
    return result;
  };
}

/** Over an array the results of its elements, over an object the one result, over anything else Undefined. */
function compileQuery(query: Query, settings: CompileSettings, compile: Compile): Evaluate {
  const { alias: _outer, ...outside } = settings;
  const inner = { ...outside, nested: true, ...(query.alias === undefined ? {} : { alias: query.alias }) };
  const source = compile(query.from);
  const select = compileSelection(query.select, inner, compileExpression);
  const where = query.where === undefined ? constant(true) : compileExpression(query.where, inner);
  const one = (run: Run, element: SqlValue): SqlValue =>
    where(run, element) === true ? select(run, element) : undefined;
  return (run, element) => {
    const from = source(run, element);
    if (isArray(from)) return from.map((item) => one(run, item)).filter((value) => value !== undefined);
    return isObject(from) ? one(run, from as SqlObject) : undefined;
  };
}

/** Whether a nested query finds anything. */
function compileExists(query: Evaluate): Evaluate {
  return (run, element) => {
    const found = query(run, element);
    return isArray(found) ? found.length > 0 : found !== undefined;
  };
}

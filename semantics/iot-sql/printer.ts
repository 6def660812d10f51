import type { Binary, Case, Expression, Query, SelectItem, Selection, Statement } from './ast';
import { BINARY_OPERATORS } from './expression-parser';

/** The statement's text in one spelling: `parseStatement(printStatement(s))` is `s`, but for the places. */
export function printStatement(statement: Statement): string {
  const variables = statement.variables.map(({ name, expression }) => `@${name} = ${printExpression(expression)}`);
  return [
    ...(variables.length === 0 ? [] : [`SET ${variables.join(', ')}`]),
    printSelection(statement.select),
    ...(statement.from === undefined ? [] : [`FROM ${quote(statement.from.filter)}`]),
    ...(statement.where === undefined ? [] : [`WHERE ${printExpression(statement.where)}`]),
  ].join(' ');
}

/** An expression's text, with the parentheses that it needs and no others. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'string':
      return quote(expression.value);
    case 'number':
      return expression.text;
    case 'boolean':
      return String(expression.value);
    case 'null':
      return 'NULL';
    case 'path':
      return expression.keys.join('.');
    case 'variable':
      return `@${expression.name}`;
    case 'star':
      return '*';
    case 'call':
      return `${expression.name}(${expression.arguments.map(printExpression).join(', ')})`;
    case 'cast':
      return `cast(${printExpression(expression.value)} AS ${expression.type})`;
    case 'array':
      return `[${expression.items.map(printExpression).join(', ')}]`;
    case 'object':
      return `{${expression.entries.map(({ key, value }) => `${quote(key)}: ${printExpression(value)}`).join(', ')}}`;
    default:
      return printComposed(expression);
  }
}

type Composed = Extract<Expression, { kind: 'member' | 'not' | 'negate' | 'binary' | 'case' | 'query' | 'exists' }>;

function printComposed(expression: Composed): string {
  switch (expression.kind) {
    case 'member':
      return `${printOperand(expression.object, BINARY_OPERATORS.length + 1)}.${expression.key}`;
    case 'not':
      return `NOT ${printOperand(expression.operand, BINARY_OPERATORS.length)}`;
    case 'negate':
      return `-${printOperand(expression.operand, BINARY_OPERATORS.length)}`;
    case 'binary':
      return printBinary(expression);
    case 'case':
      return printCase(expression);
    case 'query':
      return printQuery(expression);
    case 'exists':
      return `EXISTS ${printQuery(expression.query)}`;
  }
}

function printBinary(expression: Binary): string {
  const level = levelOf(expression);
  const left = printOperand(expression.left, level);
  return `${left} ${expression.operator} ${printOperand(expression.right, level + 1)}`;
}

function printOperand(operand: Expression, lowestLevel: number): string {
  const text = printExpression(operand);
  return levelOf(operand) < lowestLevel ? `(${text})` : text;
}

function levelOf(expression: Expression): number {
  if (expression.kind === 'not' || expression.kind === 'negate') return BINARY_OPERATORS.length;
  if (expression.kind !== 'binary') return BINARY_OPERATORS.length + 1;
  return BINARY_OPERATORS.findIndex((operators) => operators.includes(expression.operator));
}

function printCase(expression: Case): string {
  const branches = expression.branches.map(
    ({ when, result }) => `WHEN ${printExpression(when)} THEN ${printExpression(result)}`,
  );
  const otherwise = expression.otherwise === undefined ? [] : [`ELSE ${printExpression(expression.otherwise)}`];
  return ['CASE', printExpression(expression.value), ...branches, ...otherwise, 'END'].join(' ');
}

function printQuery(query: Query): string {
  const where = query.where === undefined ? '' : ` WHERE ${printExpression(query.where)}`;
  const alias = query.alias === undefined ? '' : ` AS ${query.alias}`;
  const from = `${printOperand(query.from, BINARY_OPERATORS.length + 1)}${alias}`;
  return `(${printSelection(query.select)} FROM ${from}${where})`;
}

function printSelection(select: Selection): string {
  if (select.kind === 'items') return `SELECT ${select.items.map(printItem).join(', ')}`;
  const text = printExpression(select.expression);
  return text.startsWith('-') ? `SELECT VALUE (${text})` : `SELECT VALUE ${text}`;
}

function printItem(item: SelectItem): string {
  const text = printExpression(item.expression);
  return item.alias === undefined ? text : `${text} AS ${item.alias.join('.')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** A piece of the statement's text: offsets in UTF-16 units, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `a = b`, `a AND b`, `a + b`, ... in the spelling that is printed. */
export type BinaryOperator = 'OR' | 'AND' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'IN' | '+' | '-' | '*' | '/' | '%';

interface Node<Kind extends string> {
  readonly kind: Kind;
  readonly at: Span;
}

interface StringLiteral extends Node<'string'> {
  readonly value: string;
}
/** Keeps its text: `10.0` and `10` differ in SQL version 2015-10-08. */
interface NumberLiteral extends Node<'number'> {
  readonly text: string;
}
interface BooleanLiteral extends Node<'boolean'> {
  readonly value: boolean;
}
interface NullLiteral extends Node<'null'> {}
/** A field of the payload, `state.reported.color`; in a nested query a field of the element. */
interface Path extends Node<'path'> {
  readonly keys: readonly string[];
}
/** `@name`, bound by SET. */
interface Variable extends Node<'variable'> {
  readonly name: string;
}
/** `.key` after anything but a path: `get(list, 0).key`, `@v.key`. */
interface Member extends Node<'member'> {
  readonly object: Expression;
  readonly key: string;
}
/** `*`: the whole payload; only in a SELECT list and as an argument. */
interface Star extends Node<'star'> {}
/** A function call; the name is kept as written, functions are found in any case. */
export interface Call extends Node<'call'> {
  readonly name: string;
  readonly arguments: readonly Expression[];
}
/** `cast(value AS type)`. */
interface Cast extends Node<'cast'> {
  readonly value: Expression;
  readonly type: string;
}
interface Not extends Node<'not'> {
  readonly operand: Expression;
}
interface Negate extends Node<'negate'> {
  readonly operand: Expression;
}
export interface Binary extends Node<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface CaseBranch {
  readonly when: Expression;
  /** What THEN gives. */
  readonly result: Expression;
}
/** `CASE value WHEN ... THEN ... ELSE ... END`. */
export interface Case extends Node<'case'> {
  readonly value: Expression;
  readonly branches: readonly CaseBranch[];
  readonly otherwise?: Expression;
}
interface ArrayLiteral extends Node<'array'> {
  readonly items: readonly Expression[];
}
export interface ObjectEntry {
  readonly key: string;
  readonly value: Expression;
}
export interface ObjectLiteral extends Node<'object'> {
  readonly entries: readonly ObjectEntry[];
}
/** `(SELECT ... FROM field AS element WHERE ...)`. */
export interface Query extends Node<'query'> {
  readonly select: Selection;
  readonly from: Expression;
  /** Name of the element that is looked at. */
  readonly alias?: string;
  readonly where?: Expression;
}

/** `EXISTS (SELECT ...)`. */
interface Exists extends Node<'exists'> {
  readonly query: Query;
}

/** Anything that has a value. */
export type Expression =
  | StringLiteral
  | NumberLiteral
  | BooleanLiteral
  | NullLiteral
  | Path
  | Variable
  | Member
  | Star
  | Call
  | Cast
  | Not
  | Negate
  | Binary
  | Case
  | ArrayLiteral
  | ObjectLiteral
  | Query
  | Exists;

/** One column: an expression and where its value goes, `AS a.b`. */
export interface SelectItem {
  readonly expression: Expression;
  readonly alias?: readonly string[];
}

/** What SELECT makes: an object of items, or with VALUE the value itself. */
export type Selection =
  | { readonly kind: 'items'; readonly items: readonly SelectItem[] }
  | { readonly kind: 'value'; readonly expression: Expression };

/** `@name = expression` in SET. */
export interface VariableDefinition {
  readonly name: string;
  readonly expression: Expression;
  readonly at: Span;
}

/** The topic filter of FROM. */
export interface FromClause {
  readonly filter: string;
  readonly at: Span;
}

/** A whole rule statement. */
export interface Statement {
  readonly kind: 'statement';
  readonly variables: readonly VariableDefinition[];
  readonly select: Selection;
  /** Absent in a rule that is reached through Basic Ingest only. */
  readonly from?: FromClause;
  readonly where?: Expression;
  /** The text it was parsed from. */
  readonly text: string;
}

/** The expressions directly inside one, in the order of the text. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object];
    case 'call':
      return expression.arguments;
    case 'cast':
      return [expression.value];
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'case':
      return caseChildren(expression);
    case 'array':
      return expression.items;
    case 'object':
      return expression.entries.map((entry) => entry.value);
    case 'query':
      return [...selectedExpressions(expression.select), expression.from, ...optional(expression.where)];
    case 'exists':
      return [expression.query];
    default:
      return [];
  }
}

/** Every expression of a statement that is not inside another one, in the order in which they are evaluated. */
export function rootsOf({ variables, where, select }: Statement): readonly Expression[] {
  return [...variables.map(({ expression }) => expression), ...optional(where), ...selectedExpressions(select)];
}

/** The expressions of a SELECT list. */
export function selectedExpressions(select: Selection): readonly Expression[] {
  return select.kind === 'value' ? [select.expression] : select.items.map((item) => item.expression);
}

function caseChildren(expression: Case): readonly Expression[] {
  const branches = expression.branches.flatMap((branch) => [branch.when, branch.result]);
  return [expression.value, ...branches, ...optional(expression.otherwise)];
}

function optional(expression: Expression | undefined): readonly Expression[] {
  return expression === undefined ? [] : [expression];
}

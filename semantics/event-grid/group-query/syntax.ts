/** What a comparison looks at. */
export type Operand = { readonly kind: 'attribute'; readonly key: string } | { readonly kind: 'authenticationName' };

/** Comparison operators; ordering is defined for integers only. */
export type ComparisonOperator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** A string or a whole number. */
export type Literal = string | number;

/** A client group query as a tree. */
export type GroupQuery =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly GroupQuery[] }
  | {
      readonly kind: 'comparison';
      readonly operand: Operand;
      readonly operator: ComparisonOperator;
      readonly literal: Literal;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly literals: readonly Literal[] };

/** Every comparison in a query, from left to right. */
export function comparisonsOf(query: GroupQuery): Extract<GroupQuery, { kind: 'comparison' | 'in' }>[] {
  return 'operands' in query ? query.operands.flatMap(comparisonsOf) : [query];
}

/** The operand as the query spells it. */
export function printOperand(operand: Operand): string {
  return operand.kind === 'authenticationName' ? 'authenticationName' : `attributes.${operand.key}`;
}

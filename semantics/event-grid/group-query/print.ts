import { LastwillError, mustBe } from '../../../presence/errors';
import { type GroupQuery, type Literal, printOperand } from './syntax';

/**
 * The query as text, with as few brackets as keep its meaning.
 * @throws LastwillError QUERY_INVALID for a text that holds both kinds of quote, which the language cannot write.
 */
export function printGroupQuery(query: GroupQuery): string {
  switch (query.kind) {
    case 'or':
      return query.operands.map((operand) => bracketed(operand, operand.kind === 'or')).join(' or ');
    case 'and':
      return query.operands
        .map((operand) => bracketed(operand, operand.kind !== 'comparison' && operand.kind !== 'in'))
        .join(' and ');
    case 'in':
      return `${printOperand(query.operand)} IN [${query.literals.map(printLiteral).join(', ')}]`;
    case 'comparison':
      return `${printOperand(query.operand)} ${query.operator} ${printLiteral(query.literal)}`;
  }
}

function bracketed(query: GroupQuery, needed: boolean): string {
  return needed ? `(${printGroupQuery(query)})` : printGroupQuery(query);
}

function printLiteral(literal: Literal): string {
  if (typeof literal === 'number') return String(literal);
  if (!literal.includes("'")) return `'${literal}'`;
  if (!literal.includes('"')) return `"${literal}"`;
  throw new LastwillError('QUERY_INVALID', mustBe('a text in a query', 'free of \' or of "', literal));
}

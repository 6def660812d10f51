import { type AttributeValue, type MqttClientIdentity, printAttributeValue } from '../mqtt-client-identity';
import {
  type ComparisonOperator,
  comparisonsOf,
  type GroupQuery,
  type Literal,
  type Operand,
  printOperand,
} from './syntax';

/**
 * Whether a client belongs to the group. An attribute that the client lacks makes every comparison false, text never
 * equals a number, text is compared with its case, and a list attribute equals what any of its elements equals.
 * Event Grid documents none of the four in so many words; they are the strict readings of its samples.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
 */
export function evaluateGroupQuery(query: GroupQuery, client: MqttClientIdentity): boolean {
  switch (query.kind) {
    case 'and':
      return query.operands.every((operand) => evaluateGroupQuery(operand, client));
    case 'or':
      return query.operands.some((operand) => evaluateGroupQuery(operand, client));
    case 'in':
      return query.literals.some((literal) => compare(operandValue(query.operand, client), '=', literal));
    case 'comparison':
      return compare(operandValue(query.operand, client), query.operator, query.literal);
  }
}

/** What the query looked at and found, e.g. `attributes.type is 'actuator', attributes.floor is absent`. */
export function explainGroupQuery(query: GroupQuery, client: MqttClientIdentity): string {
  const findings = comparisonsOf(query).map(({ operand }) => {
    const value = operandValue(operand, client);
    return `${printOperand(operand)} is ${value === undefined ? 'absent' : printAttributeValue(value)}`;
  });
  return [...new Set(findings)].join(', ');
}

function operandValue(operand: Operand, client: MqttClientIdentity): AttributeValue | undefined {
  if (operand.kind === 'authenticationName') return client.authenticationName;
  return Object.hasOwn(client.attributes, operand.key) ? client.attributes[operand.key] : undefined;
}

function compare(value: AttributeValue | undefined, operator: ComparisonOperator, literal: Literal): boolean {
  if (value === undefined) return false;
  if (operator === '=') return equals(value, literal);
  if (operator === '!=') return !equals(value, literal);
  return typeof value === 'number' && typeof literal === 'number' && inOrder(value, operator, literal);
}

function equals(value: AttributeValue, literal: Literal): boolean {
  return Array.isArray(value) ? value.some((element) => element === literal) : value === literal;
}

function inOrder(left: number, operator: '<' | '>' | '<=' | '>=', right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
  }
}

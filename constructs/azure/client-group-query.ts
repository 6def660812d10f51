import { LastwillError, mustBe } from '../../presence/errors';
import { parseGroupQuery } from '../../semantics/event-grid/group-query/parser';
import { printGroupQuery } from '../../semantics/event-grid/group-query/print';
import type { ComparisonOperator, GroupQuery, Literal, Operand } from '../../semantics/event-grid/group-query/syntax';
import { isUnresolved } from './terraform-text';

/**
 * Which clients belong to a group.
 *
 * @example
 * ClientGroupQuery.attribute('type').equals('sensor').and(ClientGroupQuery.attribute('floor').atMost(5))
 */
export class ClientGroupQuery {
  /** Looks at an attribute of the client; a client without it is never in the group. */
  static attribute(key: string): ClientGroupOperand {
    if (!/^[A-Za-z0-9_]+$/.test(key)) {
      throw new LastwillError('OPTION_INVALID', mustBe('key', 'letters, digits and underscores', key));
    }
    return new ClientGroupOperand({ kind: 'attribute', key });
  }

  /** Looks at the client's authentication name. */
  static authenticationName(): ClientGroupOperand {
    return new ClientGroupOperand({ kind: 'authenticationName' });
  }

  /**
   * A query as Event Grid spells it, e.g. `attributes.type='sensor'`.
   * @throws LastwillError QUERY_INVALID with line and column when Event Grid would refuse it.
   */
  static raw(text: string): ClientGroupQuery {
    return new ClientGroupQuery(text, isUnresolved(text) ? undefined : parseGroupQuery(text));
  }

  /** A query given as a tree. */
  static fromTree(tree: GroupQuery): ClientGroupQuery {
    return new ClientGroupQuery(printGroupQuery(tree), tree);
  }

  /** As Event Grid spells it. */
  readonly text: string;
  /** `undefined` when the text is only known at deployment. */
  readonly tree: GroupQuery | undefined;

  private constructor(text: string, tree: GroupQuery | undefined) {
    this.text = text;
    this.tree = isUnresolved(text) ? undefined : tree;
  }

  /** Clients for which this and the other query hold. */
  and(other: ClientGroupQuery): ClientGroupQuery {
    return this.#joined('and', other);
  }

  /** Clients for which this or the other query holds. */
  or(other: ClientGroupQuery): ClientGroupQuery {
    return this.#joined('or', other);
  }

  #joined(kind: 'and' | 'or', other: ClientGroupQuery): ClientGroupQuery {
    if (this.tree === undefined || other.tree === undefined) {
      return new ClientGroupQuery(`(${this.text}) ${kind} (${other.text})`, undefined);
    }
    return ClientGroupQuery.fromTree({ kind, operands: [this.tree, other.tree] });
  }
}

/** What a comparison of a {@link ClientGroupQuery} looks at. */
export class ClientGroupOperand {
  readonly #operand: Operand;

  constructor(operand: Operand) {
    this.#operand = operand;
  }

  /** Text equals text with its case; a list attribute equals what one of its elements equals. */
  equals(literal: Literal): ClientGroupQuery {
    return this.#compared('=', literal);
  }

  differsFrom(literal: Literal): ClientGroupQuery {
    return this.#compared('!=', literal);
  }

  /** Integers only. */
  lessThan(value: number): ClientGroupQuery {
    return this.#compared('<', value);
  }

  /** Integers only. */
  atMost(value: number): ClientGroupQuery {
    return this.#compared('<=', value);
  }

  /** Integers only. */
  moreThan(value: number): ClientGroupQuery {
    return this.#compared('>', value);
  }

  /** Integers only. */
  atLeast(value: number): ClientGroupQuery {
    return this.#compared('>=', value);
  }

  /** One of several values. */
  isOneOf(literals: readonly Literal[]): ClientGroupQuery {
    if (literals.length === 0) {
      throw new LastwillError('OPTION_INVALID', mustBe('literals', 'at least one value', literals));
    }
    for (const literal of literals) checkLiteral(literal);
    return ClientGroupQuery.fromTree({ kind: 'in', operand: this.#operand, literals });
  }

  #compared(operator: ComparisonOperator, literal: Literal): ClientGroupQuery {
    checkLiteral(literal);
    return ClientGroupQuery.fromTree({ kind: 'comparison', operand: this.#operand, operator, literal });
  }
}

function checkLiteral(literal: Literal): void {
  if (typeof literal === 'number' && !Number.isSafeInteger(literal)) {
    throw new LastwillError('OPTION_INVALID', mustBe('literal', 'text or an integer', literal));
  }
}

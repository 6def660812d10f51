import { LastwillError } from '../../../presence/errors';

/** A client group query that cannot be read, with the place where reading stopped. */
export class QuerySyntaxError extends LastwillError {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;

  constructor(text: string, offset: number, reason: string) {
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = (before[line - 1] as string).length + 1;
    super('QUERY_INVALID', `client group query, ${line}:${column}: ${reason}`);
    this.name = 'QuerySyntaxError';
    this.line = line;
    this.column = column;
  }
}

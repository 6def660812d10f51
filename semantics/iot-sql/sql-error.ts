import { LastwillError } from '../../presence/errors';
import type { Span } from './ast';

/** Where and how a statement is wrong. */
export interface SqlProblem {
  /** `SQL_INVALID`: AWS would refuse it. `SQL_NOT_EMULATED`: AWS would accept it, the embedded cloud cannot run it. */
  readonly code?: 'SQL_INVALID' | 'SQL_NOT_EMULATED';
  /** The whole text in which the place lies. */
  readonly text: string;
  /** Offsets into `text`, in UTF-16 units. */
  readonly at: Span;
  /** What is wrong, without the place. */
  readonly detail: string;
  /** The text that was met, when something else was expected there. */
  readonly found?: string;
  /** What could have stood there. */
  readonly expected?: string;
}

/** A rule statement, or a substitution template, that cannot be used; it says where and why. */
export class SqlError extends LastwillError {
  declare readonly code: 'SQL_INVALID' | 'SQL_NOT_EMULATED';
  /** Line of the place, the first is 1. */
  readonly line: number;
  /** Column of the place in its line, the first is 1. */
  readonly column: number;
  /** How many characters the place covers, at least 1. */
  readonly length: number;
  /** What is wrong, without the place. */
  readonly detail: string;
  readonly found?: string;
  readonly expected?: string;

  constructor(problem: SqlProblem) {
    const before = problem.text.slice(0, problem.at.start);
    const line = before.split('\n').length;
    const column = problem.at.start - (before.lastIndexOf('\n') + 1) + 1;
    super(problem.code ?? 'SQL_INVALID', `line ${line}, column ${column}: ${problem.detail}`);
    this.name = 'SqlError';
    this.line = line;
    this.column = column;
    this.length = Math.max(1, problem.at.end - problem.at.start);
    this.detail = problem.detail;
    this.found = problem.found;
    this.expected = problem.expected;
  }
}

/** The statement's line with a caret under the place, as a person wants to see it. */
export function pointAt(error: SqlError, text: string): string {
  const line = text.split('\n')[error.line - 1] ?? '';
  const length = Math.min(error.length, Math.max(1, line.length - error.column + 1));
  const indent = line.slice(0, error.column - 1).replace(/[^\t]/g, ' ');
  return `${line}\n${indent}${'^'.repeat(length)}`;
}

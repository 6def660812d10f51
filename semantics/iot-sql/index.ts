export type { Expression, Span, Statement } from './ast';
export {
  type CompiledStatement,
  compileStatement,
  type Matched,
  type SqlResult,
  type StatementVariables,
} from './compiled-statement';
export type { DynamoDbQuery, ExternalFunctions, ThingShadowQuery } from './external-functions';
export { MessageContext, type MessageContextOptions } from './message-context';
export { parseStatement } from './parser';
export { printExpression, printStatement } from './printer';
export { SqlFailure } from './run';
export { pointAt, SqlError } from './sql-error';
export { DEFAULT_SQL_VERSION, isSqlVersion, SQL_VERSIONS, type SqlVersion } from './sql-version';
export { type CompiledTemplate, compileTemplate, isTemplate } from './substitution';

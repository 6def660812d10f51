export type { Statement } from './ast';
export { type CompiledStatement, compileStatement, type SqlResult } from './compiled-statement';
export type { ExternalFunctions } from './external-functions';
export { MessageContext } from './message-context';
export { parseStatement } from './parser';
export { printStatement } from './printer';
export { pointAt, SqlError } from './sql-error';
export { isSqlVersion, SQL_VERSIONS, type SqlVersion } from './sql-version';
export { type CompiledTemplate, compileTemplate, isTemplate } from './substitution';

import { compileStatement, SqlError, type SqlResult } from '../../../semantics/iot-sql';
import { contextOf, readCaseFiles, type SqlCase, statementOf } from './sql-case';

const evaluate = (one: SqlCase): SqlResult | Promise<SqlResult> =>
  compileStatement(statementOf(one), { version: one.version ?? '2016-03-23' }).evaluate(contextOf(one));

function errorOf(one: SqlCase): SqlError {
  try {
    compileStatement(statementOf(one), { version: one.version ?? '2016-03-23' });
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`compiled without an error: ${statementOf(one)}`);
}

function expectationOf(one: SqlCase): string {
  if (one.undefined) return 'is Undefined';
  if (one.matched !== undefined) return one.matched ? 'matches' : 'does not match';
  if (one.error !== undefined) return `fails: ${one.error.message}`;
  if (one.failed !== undefined) return `fails on the message: ${one.failed}`;
  return `is ${one.text ?? JSON.stringify(one.result)}`;
}

async function check(one: SqlCase): Promise<void> {
  if (one.error !== undefined) {
    const { code, line, column, detail } = errorOf(one);
    expect({ code, line, column, message: detail }).toEqual({ code: 'SQL_INVALID', line: 1, ...one.error });
    return;
  }
  const result = await evaluate(one);
  if (one.matched !== undefined) return expect(result.outcome).toBe(one.matched ? 'matched' : 'notMatched');
  if (one.failed !== undefined) {
    return expect(result).toEqual({ outcome: 'failed', reason: expect.stringContaining(one.failed) });
  }
  if (result.outcome !== 'matched') throw new Error(`expected a match, got ${JSON.stringify(result)}`);
  if (one.undefined) return expect(result.payload.toString()).toBe('');
  if (one.text !== undefined) return expect(result.payload.toString()).toBe(one.text);
  expect('result' in one).toBe(true);
  expect(JSON.parse(result.payload.toString())).toEqual(one.result);
}

describe.each(readCaseFiles())('$feature ($source)', ({ cases }) => {
  test.each(
    cases.map((one) => ({
      ...one,
      name: `${one.title ?? one.sql ?? one.expression ?? one.where}`,
      expectation: expectationOf(one),
    })),
  )('$name $expectation', (one) => check(one));
});

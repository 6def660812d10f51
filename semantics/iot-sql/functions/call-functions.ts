import type { ExternalFunctions } from '../external-functions';
import type { Run } from '../run';
import { isNumber, type SqlValue, toPlain } from '../value';
import { type SqlFunction, since2015, since2016 } from './sql-function';

/** Functions that ask other services, here through {@link ExternalFunctions}. */
export const CALL_FUNCTIONS: readonly SqlFunction[] = [
  since2015('aws_lambda', 2, invokeLambda),
  { ...since2016('get_dynamodb', [4, 6], getDynamoDbItem), withoutVariable: 'last' },
  { ...since2016('get_thing_shadow', [2, 3], getThingShadow), withoutVariable: 'last' },
];

function portOf(run: Run): ExternalFunctions {
  return run.context.message.external ?? {};
}

function invokeLambda([functionArn, input]: readonly SqlValue[], run: Run): SqlValue {
  if (typeof functionArn !== 'string' || input === undefined) return undefined;
  const port = portOf(run);
  return run.external('aws_lambda', port.invokeLambda && (() => port.invokeLambda?.(functionArn, toPlain(input))));
}

function getDynamoDbItem(values: readonly SqlValue[], run: Run): SqlValue {
  const [tableName, roleArn] = [values[0], values.at(-1)];
  const partitionKey = keyOf(values[1], values[2]);
  const sortKey = values.length === 6 ? keyOf(values[3], values[4]) : undefined;
  const complete = values.length === 4 || sortKey !== undefined;
  if (typeof tableName !== 'string' || typeof roleArn !== 'string' || partitionKey === undefined || !complete)
    return undefined;
  const port = portOf(run);
  const query = { tableName, partitionKey, ...(sortKey === undefined ? {} : { sortKey }), roleArn };
  return run.external('get_dynamodb', port.getDynamoDbItem && (() => port.getDynamoDbItem?.(query)));
}

function keyOf(
  name: SqlValue,
  value: SqlValue,
): { readonly name: string; readonly value: string | number } | undefined {
  if (typeof name !== 'string') return undefined;
  if (typeof value === 'string') return { name, value };
  return isNumber(value) ? { name, value: Number(value.toString()) } : undefined;
}

function getThingShadow(values: readonly SqlValue[], run: Run): SqlValue {
  const [thingName, roleArn] = [values[0], values.at(-1)];
  const shadowName = values.length === 3 ? values[1] : undefined;
  if (typeof thingName !== 'string' || typeof roleArn !== 'string') return undefined;
  if (values.length === 3 && typeof shadowName !== 'string') return undefined;
  const port = portOf(run);
  const query = { thingName, ...(typeof shadowName === 'string' ? { shadowName } : {}), roleArn };
  return run.external('get_thing_shadow', port.getThingShadow && (() => port.getThingShadow?.(query)));
}

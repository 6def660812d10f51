import { isJsonObject, type JsonObject } from '../json-value';
import type { Action, ActionEffect, ActionInvocation } from '../rule-action';
import { ActionPropertyProblem } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';
import { DynamoDbProblem, type EmbeddedTable } from './dynamodb-tables';

type Tables = ReadonlyMap<string, EmbeddedTable>;

const UNDERTAKING = 'put the item into the DynamoDB table';

/** The `DynamoDBv2` action: every top-level key becomes an attribute. @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html */
export function dynamoDbV2Action(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  tables: Tables,
): Action {
  const putItem = properties.object('PutItem');
  if (putItem === undefined) throw new ActionPropertyProblem('PutItem', 'must be an object, got nothing');
  const tableTemplate = putItem.text('TableName');
  const roleArn = properties.text('RoleArn');
  return {
    type: identity.type,
    prepare: (invocation) => {
      const target = targetOf(invocation.substitute(tableTemplate), roleArn, identity, tables);
      const { value } = invocation;
      if (!isJsonObject(value)) throw identity.failure(target.arn, UNDERTAKING, 'the payload must be a JSON object');
      return put(target, value, identity, context);
    },
  };
}

/** The `DynamoDB` action: key, range key and the payload in one attribute. @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html */
export function dynamoDbAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  tables: Tables,
): Action {
  const tableTemplate = properties.text('TableName');
  const roleArn = properties.text('RoleArn');
  const hash = keyReader(properties, 'Hash', properties.text('HashKeyField'));
  const rangeField = properties.optionalText('RangeKeyField');
  const range = rangeField === undefined ? () => ({}) : keyReader(properties, 'Range', rangeField);
  const payloadField = properties.optionalText('PayloadField') ?? 'payload';
  return {
    type: identity.type,
    prepare: (invocation) => {
      const target = targetOf(invocation.substitute(tableTemplate), roleArn, identity, tables);
      // JSON is kept as a map, anything else as text.
      const payload = invocation.value === undefined ? invocation.payload.toString() : invocation.value;
      const field = invocation.substitute(payloadField);
      return put(target, { ...hash(invocation), ...range(invocation), [field]: payload }, identity, context);
    },
  };
}

type KeyReader = (invocation: ActionInvocation) => JsonObject;

function keyReader(properties: ActionProperties, kind: 'Hash' | 'Range', field: string): KeyReader {
  const value = properties.text(`${kind}KeyValue`);
  const type = properties.oneOf(`${kind}KeyType`, ['STRING', 'NUMBER'], 'STRING');
  return (invocation) => {
    const text = invocation.substitute(value);
    const number = text.trim() === '' ? Number.NaN : Number(text);
    return { [invocation.substitute(field)]: type === 'NUMBER' && !Number.isNaN(number) ? number : text };
  };
}

interface Target {
  readonly name: string;
  readonly arn: string;
  readonly table: EmbeddedTable | undefined;
}

/** @throws ActionFailure when the role may not put items into the table. */
function targetOf(name: string, roleArn: string, identity: ActionIdentity, tables: Tables): Target {
  const { partition, region, account } = identity.rule;
  const table = tables.get(name);
  const arn = table?.arn ?? `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  identity.authorize({ roleArn, action: 'dynamodb:PutItem', resource: arn }, UNDERTAKING);
  return { name, arn, table };
}

function put(
  { name, arn, table }: Target,
  item: JsonObject,
  identity: ActionIdentity,
  context: ActionContext,
): ActionEffect {
  const details = { tableName: name, item };
  if (table === undefined) {
    context.warn(`DynamoDB table ${name} is in no given template: items for it are recorded, not put`);
    return { resource: arn, recorded: true, details };
  }
  try {
    table.keyOf(item);
  } catch (error) {
    if (!(error instanceof DynamoDbProblem)) throw error;
    throw identity.failure(arn, UNDERTAKING, error.message);
  }
  return { resource: arn, details, apply: () => table.put(item) };
}

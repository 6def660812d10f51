/** One item to read. */
interface DynamoDbQuery {
  readonly tableName: string;
  readonly partitionKey: { readonly name: string; readonly value: string | number };
  readonly sortKey?: { readonly name: string; readonly value: string | number };
  readonly roleArn: string;
}

/** One shadow to read; without a name the classic one. */
interface ThingShadowQuery {
  readonly thingName: string;
  readonly shadowName?: string;
  readonly roleArn: string;
}

/**
 * What lies outside a statement. Each answers with plain JSON data, at once or by a promise; `undefined` is the SQL's
 * Undefined. When one throws, the statement fails and the rule runs no action, as AWS does.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export interface ExternalFunctions {
  /** `aws_lambda(functionArn, input)`. */
  invokeLambda?(functionArn: string, input: unknown): unknown;
  /** `get_dynamodb(table, key, value[, sortKey, value], roleArn)`. */
  getDynamoDbItem?(query: DynamoDbQuery): unknown;
  /** `get_thing_shadow(thing[, shadow], roleArn)`. */
  getThingShadow?(query: ThingShadowQuery): unknown;
}

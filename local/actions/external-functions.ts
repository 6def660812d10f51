import type { ExternalFunctions } from '../../semantics/iot-sql';
import type { ActionContext } from './action-context';
import type { EmbeddedTable } from './dynamodb-tables';
import type { LambdaFunctions } from './lambda-functions';
import type { ReadThingShadow } from './ports';

/** The services that the functions of rule statements call. */
export interface CalledServices {
  readonly functions: LambdaFunctions;
  readonly tables: ReadonlyMap<string, EmbeddedTable>;
  /** @default - `get_thing_shadow` fails */
  readonly readThingShadow?: ReadThingShadow;
}

/**
 * What the functions of rule statements reach: `aws_lambda` the handlers, `get_dynamodb` the tables of the templates,
 * `get_thing_shadow` the embedded shadows.
 * What cannot be answered fails the statement, so that its rule runs no action.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export function externalFunctions(services: CalledServices, context: ActionContext): ExternalFunctions {
  const { functions, tables, readThingShadow } = services;
  const shadows = readThingShadow === undefined ? {} : { getThingShadow: shadowReader(readThingShadow, context) };
  return {
    ...shadows,
    invokeLambda: (functionArn, input) => {
      const handler = functions.handlerFor(functionArn);
      if (handler === undefined) throw new Error(`no handler is given for the Lambda function ${functionArn}`);
      return handler(input);
    },
    getDynamoDbItem: ({ tableName, partitionKey, sortKey, roleArn }) => {
      const table = tables.get(tableName);
      if (table === undefined) throw new Error(`no given template has the DynamoDB table ${tableName}`);
      const problem = context.roles.readProblem(roleArn, 'dynamodb:GetItem', table.arn);
      if (problem !== undefined) throw new Error(problem);
      const sort = sortKey === undefined ? {} : { [sortKey.name]: sortKey.value };
      return table.get({ [partitionKey.name]: partitionKey.value, ...sort });
    },
  };
}

function shadowReader(read: ReadThingShadow, context: ActionContext): NonNullable<ExternalFunctions['getThingShadow']> {
  return ({ thingName, shadowName, roleArn }) => {
    const { arn, document } = read(thingName, shadowName);
    const problem = context.roles.readProblem(roleArn, 'iot:GetThingShadow', arn);
    if (problem !== undefined) throw new Error(problem);
    if (document === undefined) throw new Error(`No shadow exists with name: '${shadowName ?? thingName}'`);
    return document;
  };
}

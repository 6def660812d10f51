import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Type of a key attribute. */
export enum DynamoDbKeyType {
  STRING = 'STRING',
  NUMBER = 'NUMBER',
}

/** A key attribute and the value that it gets. */
export interface DynamoDbKey {
  /** Name of the attribute. */
  readonly field: string;
  /** Value, in general a substitution template such as `${topic(2)}`. */
  readonly value: string;
  /** Type of the attribute. @default DynamoDbKeyType.STRING */
  readonly type?: DynamoDbKeyType;
}

/** Properties of {@link DynamoDbAction}. */
export interface DynamoDbActionProps {
  /** The partition key. */
  readonly hashKey: DynamoDbKey;
  /** The sort key. @default - the table has none */
  readonly rangeKey?: DynamoDbKey;
  /** Attribute that gets the message. @default payload */
  readonly payloadField?: string;
}

/**
 * Writes the message to one attribute of an item.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
 */
export class DynamoDbAction implements ITopicRuleAction {
  constructor(
    private readonly table: ITable,
    private readonly props: DynamoDbActionProps,
  ) {}

  /** Grants `dynamodb:PutItem` on the table and, where it has a key, the use of that. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    const { hashKey, rangeKey, payloadField } = this.props;
    grantPutItem(this.table, rule);
    return {
      configuration: {
        dynamoDb: {
          tableName: this.table.tableName,
          roleArn: rule.role.roleArn,
          hashKeyField: hashKey.field,
          hashKeyValue: hashKey.value,
          hashKeyType: hashKey.type ?? DynamoDbKeyType.STRING,
          rangeKeyField: rangeKey?.field,
          rangeKeyValue: rangeKey?.value,
          rangeKeyType: rangeKey === undefined ? undefined : (rangeKey.type ?? DynamoDbKeyType.STRING),
          payloadField,
        },
      },
    };
  }
}

/**
 * Writes every top-level key of the message to an attribute of its own; the message must hold the table's key.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
 */
export class DynamoDbV2Action implements ITopicRuleAction {
  constructor(private readonly table: ITable) {}

  /** Grants `dynamodb:PutItem` on the table and, where it has a key, the use of that. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    grantPutItem(this.table, rule);
    return {
      configuration: {
        dynamoDBv2: { putItem: { tableName: this.table.tableName }, roleArn: rule.role.roleArn },
      },
    };
  }
}

function grantPutItem(table: ITable, rule: ITopicRuleBinding): void {
  Grant.addToPrincipal({ grantee: rule.role, actions: ['dynamodb:PutItem'], resourceArns: [table.tableArn] });
  table.encryptionKey?.grant(rule.role, 'kms:Decrypt', 'kms:GenerateDataKey');
}

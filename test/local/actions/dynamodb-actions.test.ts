import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/presence';
const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'presence',
    KeySchema: [
      { AttributeName: 'device', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'device', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
  },
};
const resources = { Table: table, Role: ruleRole(allow('dynamodb:PutItem', TABLE_ARN)) };

// https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
describe('DynamoDBv2', () => {
  const v2 = { PutItem: { TableName: 'presence' }, RoleArn: ROLE_ARN };

  test('puts an item with an attribute per top-level key', async () => {
    const bench = actionBench(resources);

    await bench.run('DynamoDBv2', v2, { device: 'pump7', at: 1, state: { on: false } });

    expect(bench.actions.tables[0]?.items).toEqual([{ device: 'pump7', at: 1, state: { on: false } }]);
  });

  test('puts an item in the place of one with the same key', async () => {
    const bench = actionBench(resources);

    await bench.run('DynamoDBv2', v2, { device: 'pump7', at: 1, n: 1 });
    await bench.run('DynamoDBv2', v2, { device: 'pump7', at: 1, n: 2 });
    await bench.run('DynamoDBv2', v2, { device: 'pump7', at: 2, n: 3 });

    expect(bench.actions.tables[0]?.items.map(({ n }) => n)).toEqual([2, 3]);
    expect(bench.actions.tables[0]?.get({ device: 'pump7', at: 2 })).toMatchObject({ n: 3 });
  });

  test.each<[string, unknown, string]>([
    ['lacks a key', { device: 'pump7' }, 'One or more parameter values were invalid: Missing the key at in the item'],
    ['has a key of another type', { device: 7, at: 1 }, 'Type mismatch for key device expected: S actual: N'],
    ['has an empty key', { device: '', at: 1 }, 'cannot contain an empty string value. Key: device'],
    ['is a list', [1], 'the payload must be a JSON object'],
    ['is not JSON', Buffer.from('x'), 'the payload must be a JSON object'],
  ])('fails when the payload %s', async (_, payload, message) => {
    const bench = actionBench(resources);

    await expect(bench.run('DynamoDBv2', v2, payload)).rejects.toThrow(message);
    expect(bench.actions.tables[0]?.items).toEqual([]);
  });

  test('fails when the role may not put items', async () => {
    const bench = actionBench({ Table: table, Role: ruleRole(allow('dynamodb:GetItem', TABLE_ARN)) });

    await expect(bench.run('DynamoDBv2', v2, { device: 'a', at: 1 })).rejects.toMatchObject({
      failedAction: 'DynamoDBv2Action',
      failedResource: TABLE_ARN,
    });
  });

  test('is refused without PutItem', () => {
    const bench = actionBench(resources);

    expect(() => bench.actions.create('DynamoDBv2', { RoleArn: ROLE_ARN }, rule)).toThrow(
      'PutItem must be an object, got nothing',
    );
  });
});

const rule = {
  name: 'r',
  arn: 'arn:aws:iot:us-east-1:123456789012:rule/r',
  region: 'us-east-1',
  account: '123456789012',
  partition: 'aws',
};

// https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
describe('DynamoDB', () => {
  const v1 = {
    TableName: 'presence',
    HashKeyField: 'device',
    HashKeyValue: '${clientid()}',
    RangeKeyField: 'at',
    RangeKeyValue: '${timestamp()}',
    RangeKeyType: 'NUMBER',
    RoleArn: ROLE_ARN,
  };
  const substitute = (text: string): string => text.replace('${clientid()}', 'pump7').replace('${timestamp()}', '42');

  test('puts an item with the keys and the payload in one attribute', async () => {
    const bench = actionBench(resources);

    await bench.run('DynamoDB', v1, { a: 1 }, { substitute });

    expect(bench.actions.tables[0]?.items).toEqual([{ device: 'pump7', at: 42, payload: { a: 1 } }]);
  });

  test('names the attribute of the payload as told', async () => {
    const bench = actionBench(resources);

    await bench.run('DynamoDB', { ...v1, PayloadField: 'will' }, 'x', { substitute });

    expect(bench.actions.tables[0]?.items[0]).toEqual({ device: 'pump7', at: 42, will: 'x' });
  });

  test('fails when a key is not of the type of the table', async () => {
    const bench = actionBench(resources);

    await expect(bench.run('DynamoDB', { ...v1, RangeKeyType: 'STRING' }, {}, { substitute })).rejects.toThrow(
      'Type mismatch for key at expected: N actual: S',
    );
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
describe('get_dynamodb of a statement', () => {
  const query = {
    tableName: 'presence',
    partitionKey: { name: 'device', value: 'pump7' },
    sortKey: { name: 'at', value: 1 },
    roleArn: ROLE_ARN,
  };

  test('reads an item that an action put', async () => {
    const bench = actionBench({
      Table: table,
      Role: ruleRole(allow(['dynamodb:PutItem', 'dynamodb:GetItem'], TABLE_ARN)),
    });
    await bench.run(
      'DynamoDBv2',
      { PutItem: { TableName: 'presence' }, RoleArn: ROLE_ARN },
      { device: 'pump7', at: 1, n: 5 },
    );

    expect(bench.actions.external.getDynamoDbItem?.(query)).toEqual({ device: 'pump7', at: 1, n: 5 });
  });

  test('fails when the role may not read', () => {
    const bench = actionBench(resources);

    expect(() => bench.actions.external.getDynamoDbItem?.(query)).toThrow(
      'is not authorized to perform dynamodb:GetItem',
    );
  });
});

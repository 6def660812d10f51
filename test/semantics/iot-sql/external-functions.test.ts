import { compileStatement, type ExternalFunctions, type SqlResult } from '../../../semantics/iot-sql';
import { contextOf } from './sql-case';

const ROLE = 'arn:aws:iam::123456789012:role/r';

/** The ports answer from these, and every question is kept. */
class Recorder implements ExternalFunctions {
  readonly questions: unknown[] = [];
  readonly #answer: (question: unknown) => unknown;

  constructor(answer: (question: unknown) => unknown) {
    this.#answer = answer;
  }

  invokeLambda = (functionArn: string, input: unknown): unknown => this.#ask({ functionArn, input });
  getDynamoDbItem = (query: unknown): unknown => this.#ask(query);
  getThingShadow = (query: unknown): unknown => this.#ask(query);

  #ask(question: unknown): unknown {
    this.questions.push(question);
    return this.#answer(question);
  }
}

function evaluate(
  sql: string,
  external?: ExternalFunctions,
  payload: unknown = { a: 1, list: [{ n: 1 }, { n: 2 }] },
): SqlResult | Promise<SqlResult> {
  return compileStatement(sql, { version: '2016-03-23' }).evaluate(contextOf({ payload }, external));
}

describe('aws_lambda [https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-func-aws-lambda]', () => {
  test('passes its input to the function and takes fields from the answer', async () => {
    const lambda = new Recorder(() => ({ some: { value: 7 } }));

    const result = await evaluate("SELECT aws_lambda('arn:f', {'payload': a}).some.value AS v FROM 'a/b'", lambda);

    expect(result).toMatchObject({ value: { v: 7 } });
    expect(lambda.questions).toEqual([{ functionArn: 'arn:f', input: { payload: 1 } }]);
  });

  test('passes the whole payload for *', async () => {
    const lambda = new Recorder(() => 'ok');

    await evaluate("SELECT aws_lambda('arn:f', *) AS v FROM 'a/b'", lambda, { x: 1 });

    expect(lambda.questions).toEqual([{ functionArn: 'arn:f', input: { x: 1 } }]);
  });

  test('answers at once when the port does', () => {
    expect(evaluate("SELECT VALUE aws_lambda('arn:f', a) FROM 'a/b'", new Recorder(() => 5))).toMatchObject({
      outcome: 'matched',
      value: 5,
    });
  });

  test('is awaited when the port promises, each call once', async () => {
    const lambda = new Recorder((question) => Promise.resolve(question));

    const result = await evaluate(
      "SELECT (SELECT VALUE aws_lambda('arn:f', n).input FROM list) AS ns, aws_lambda('arn:g', a).input AS a FROM 'a/b'",
      lambda,
    );

    expect(result).toMatchObject({ value: { ns: [1, 2], a: 1 } });
    expect(lambda.questions).toHaveLength(3);
  });

  test('chance and time stay the same while an answer is awaited', async () => {
    const lambda = new Recorder((question) => Promise.resolve(question));

    const result = await evaluate(
      "SET @id = newuuid() SELECT @id AS id, aws_lambda('arn:f', @id).input AS sent FROM 'a/b'",
      lambda,
    );

    const { id, sent } = (result as { value: { id: string; sent: string } }).value;
    expect(sent).toBe(id);
    expect(lambda.questions).toEqual([{ functionArn: 'arn:f', input: id }]);
  });

  test('is not called when WHERE is not true', async () => {
    const lambda = new Recorder(() => 1);

    expect(await evaluate("SELECT aws_lambda('arn:f', a) AS v FROM 'a/b' WHERE a = 2", lambda)).toEqual({
      outcome: 'notMatched',
    });
    expect(lambda.questions).toEqual([]);
  });

  test.each([
    [
      'at once',
      () => {
        throw new Error('boom');
      },
    ],
    ['later', () => Promise.reject(new Error('boom'))],
  ])('a failure that comes %s fails the statement', async (_, answer) => {
    expect(await evaluate("SELECT aws_lambda('arn:f', a) AS v FROM 'a/b'", new Recorder(answer))).toEqual({
      outcome: 'failed',
      reason: 'boom',
    });
  });

  test('get_or_default takes the default when the call fails', async () => {
    const lambda = new Recorder(() => Promise.reject(new Error('boom')));

    expect(
      await evaluate("SELECT VALUE get_or_default(aws_lambda('arn:f', a), 'none') FROM 'a/b'", lambda),
    ).toMatchObject({ value: 'none' });
  });

  test('is Undefined for an ARN that is no string', async () => {
    expect(await evaluate("SELECT aws_lambda(1, a) AS v FROM 'a/b'", new Recorder(() => 1))).toMatchObject({
      value: {},
    });
  });

  test('fails the statement where nothing can answer', async () => {
    expect(await evaluate("SELECT aws_lambda('arn:f', a) AS v FROM 'a/b'")).toEqual({
      outcome: 'failed',
      reason: 'aws_lambda() has nothing to answer it here',
    });
  });
});

describe('get_dynamodb [https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-get-dynamodb]', () => {
  test('asks for an item by its partition key', async () => {
    const table = new Recorder(() => ({ version: 'v1' }));

    const result = await evaluate(`SELECT get_dynamodb('t', 'pk', a, '${ROLE}').version AS v FROM 'a/b'`, table);

    expect(result).toMatchObject({ value: { v: 'v1' } });
    expect(table.questions).toEqual([{ tableName: 't', partitionKey: { name: 'pk', value: 1 }, roleArn: ROLE }]);
  });

  test('asks for an item by partition key and sort key', async () => {
    const table = new Recorder(() => ({}));

    await evaluate(`SELECT get_dynamodb('t', 'pk', 'p', 'sk', 's', '${ROLE}') AS v FROM 'a/b'`, table);

    expect(table.questions).toEqual([
      { tableName: 't', partitionKey: { name: 'pk', value: 'p' }, sortKey: { name: 'sk', value: 's' }, roleArn: ROLE },
    ]);
  });

  test('a statement that calls it twice fails', async () => {
    const call = `get_dynamodb('t', 'pk', 'p', '${ROLE}')`;

    expect(await evaluate(`SELECT ${call} AS a, ${call} AS b FROM 'a/b'`, new Recorder(() => 1))).toEqual({
      outcome: 'failed',
      reason: 'get_dynamodb() must be called at most once in a statement',
    });
  });

  test('is Undefined when the item does not exist', async () => {
    expect(
      await evaluate(`SELECT get_dynamodb('t', 'pk', 'p', '${ROLE}') AS v FROM 'a/b'`, new Recorder(() => undefined)),
    ).toMatchObject({ value: {} });
  });
});

describe('get_thing_shadow [https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-get-thing-shadow]', () => {
  test('asks for the classic shadow', async () => {
    const shadows = new Recorder(() => ({ state: { reported: { alarm: 'ON' } } }));

    const result = await evaluate(
      `SELECT * FROM 'a/b' WHERE get_thing_shadow('lwtThing', '${ROLE}').state.reported.alarm = 'ON'`,
      shadows,
    );

    expect(result).toMatchObject({ outcome: 'matched' });
    expect(shadows.questions).toEqual([{ thingName: 'lwtThing', roleArn: ROLE }]);
  });

  test('asks for a named shadow', async () => {
    const shadows = new Recorder(() => ({}));

    await evaluate(`SELECT get_thing_shadow(topic(1), 'config', '${ROLE}') AS s FROM 'a/b'`, shadows);

    expect(shadows.questions).toEqual([{ thingName: 'a', shadowName: 'config', roleArn: ROLE }]);
  });
});

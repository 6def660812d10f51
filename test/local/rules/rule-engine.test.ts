import { failure, ruleBench } from './rule-bench';

const note = { Note: {} };

function payloads(bench: ReturnType<typeof ruleBench>): string[] {
  return bench.runs.map(({ invocation }) => invocation.payload.toString());
}

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-from.html
describe('which rules run', () => {
  test("a rule runs on a message that its FROM matches and its WHERE accepts, with SELECT's result", async () => {
    const bench = ruleBench({
      r: {
        Sql: "SELECT state.reported.client_id AS id FROM '/last/will/topic' WHERE state.reported.last_will = 'yes'",
        Actions: [note],
      },
    });

    await bench.publish('/last/will/topic', { state: { reported: { last_will: 'yes', client_id: 'pump7' } } });
    await bench.publish('/last/will/topic', { state: { reported: { last_will: 'no' } } });
    await bench.publish('last/will/topic', { state: { reported: { last_will: 'yes' } } });

    expect(payloads(bench)).toEqual(['{"id":"pump7"}']);
    expect(bench.runs[0]?.invocation.value).toEqual({ id: 'pump7' });
  });

  test.each<[string, string, boolean]>([
    ['+', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', false],
    ['#', '$aws/events/presence/connected/x', false],
    ['$aws/events/presence/+/x', '$aws/events/presence/connected/x', true],
  ])("FROM '%s' on topic %s: %p", async (filter, topic, runs) => {
    const bench = ruleBench({ r: { Sql: `SELECT * FROM '${filter}'`, Actions: [note] } });

    await bench.publish(topic, {});

    expect(bench.runs).toHaveLength(runs ? 1 : 0);
  });

  test('every rule that matches runs, each on its own', async () => {
    const bench = ruleBench({
      a: { Sql: "SELECT 1 AS x FROM 'a'", Actions: [note] },
      b: { Sql: "SELECT 2 AS x FROM '+'", Actions: [note] },
    });

    await bench.publish('a', {});

    expect(payloads(bench).sort()).toEqual(['{"x":1}', '{"x":2}']);
  });

  test('a disabled rule does not run', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", RuleDisabled: true, Actions: [note] } });

    await bench.publish('a', {});

    expect(bench.runs).toEqual([]);
    expect(bench.engine.rules[0]?.enabled).toBe(false);
  });

  test('a message reaches the rules after the turn of its publisher', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [note] } });

    const published = bench.publish('a', {});

    expect(bench.events).toEqual([]);
    await published;
    expect(bench.runs).toHaveLength(1);
  });

  test('a will, with the id of the client that died', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT clientid() AS id, topic() AS t FROM 'a'", Actions: [note] } });

    await bench.publish('a', {}, { origin: { kind: 'will', clientId: 'lamp' } });

    expect(payloads(bench)).toEqual(['{"id":"lamp","t":"a"}']);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
describe('basic ingest', () => {
  test('reaches the rule by its name, whatever its FROM, and no subscriber', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT topic() AS t FROM 'elsewhere'", Actions: [note] } });

    const answer = await bench.publish('$aws/rules/r/a/b', {});

    expect(answer).toBe('consumed');
    expect(payloads(bench)).toEqual(['{"t":"a/b"}']);
  });

  test('keeps to WHERE', async () => {
    const bench = ruleBench({ r: { Sql: 'SELECT * WHERE a = 1', Actions: [note] } });

    await bench.publish('$aws/rules/r/x', { a: 2 });

    expect(bench.runs).toEqual([]);
  });

  test.each<[string, Record<string, Record<string, unknown>>]>([
    ['does not exist', { other: { Sql: "SELECT * FROM 'a'" } }],
    ['is disabled', { r: { Sql: "SELECT * FROM 'a'", RuleDisabled: true } }],
  ])('reports RuleNotFound when the rule %s', async (_, rules) => {
    const bench = ruleBench(rules);

    const answer = await bench.publish('$aws/rules/r/x', {});

    expect(answer).toBe('consumed');
    expect(bench.events).toEqual([expect.objectContaining({ ruleName: 'r', outcome: 'notFound' })]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html
describe('actions', () => {
  test('each runs whatever becomes of the others', async () => {
    const bench = ruleBench(
      { r: { Sql: "SELECT * FROM 'a'", Actions: [{ Fail: {} }, note, { Note2: {} }] } },
      { failures: [failure()] },
    );

    await bench.publish('a', {});

    expect(bench.runs.map(({ type }) => type)).toEqual(['Note', 'Note2']);
  });

  test('are reported before their effect', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [note] } });

    await bench.publish('a', { x: 1 });

    expect(bench.events).toEqual([
      { kind: 'rule', ruleName: 'r', topic: 'a', clientId: 'pump7', outcome: 'matched' },
      expect.objectContaining({
        kind: 'action',
        type: 'Note',
        outcome: 'succeeded',
        resource: 'Note',
        errorAction: false,
      }),
    ]);
  });

  test('that fail for good are not tried again', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [{ Fail: {} }] } }, { failures: [failure()] });

    await bench.publish('a', {});
    bench.clock.advance(60_000);

    expect(bench.runs).toEqual([]);
    expect(bench.events.at(-1)).toMatchObject({ outcome: 'failed', reason: 'it broke' });
  });

  test('that fail in passing are tried again after 1 s and 2 s', async () => {
    const retryable = failure({ retryable: true });
    const bench = ruleBench(
      { r: { Sql: "SELECT * FROM 'a'", Actions: [{ Fail: {} }] } },
      { failures: [retryable, retryable] },
    );

    await bench.publish('a', {});
    bench.clock.advance(1_000);
    await bench.engine.whenIdle();
    bench.clock.advance(2_000);
    await bench.engine.whenIdle();

    expect(bench.runs).toHaveLength(1);
    expect(bench.events.filter((event) => event.kind === 'action').map(({ outcome }) => outcome)).toEqual([
      'retried',
      'retried',
      'succeeded',
    ]);
  });

  test('that wait for another attempt do not keep the engine busy', async () => {
    const bench = ruleBench(
      { r: { Sql: "SELECT * FROM 'a'", Actions: [{ Fail: {} }] } },
      { failures: [failure({ retryable: true })] },
    );

    await bench.publish('a', {});

    expect(bench.runs).toEqual([]);
    expect(bench.clock.nextDueAt).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
  });

  test('fill substitution templates from the original message, not from what SELECT made', async () => {
    const bench = ruleBench({
      r: { Sql: "SELECT 1 AS id FROM 'a/+'", Actions: [{ Note: { Template: 'out/${id}/${topic(2)}/${nothing}' } }] },
    });

    await bench.publish('a/b', { id: 7 });

    expect(bench.runs[0]?.filled).toBe('out/7/b/');
  });

  test('get the payload as it came from SELECT * on bytes that are not JSON', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [note] } });

    await bench.publish('a', Buffer.from([0xff, 0x00]));

    expect(bench.runs[0]?.invocation.payload).toEqual(Buffer.from([0xff, 0x00]));
    expect(bench.runs[0]?.invocation.value).toBeUndefined();
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
describe('the error action', () => {
  test('runs once, with every failure and the original payload', async () => {
    const bench = ruleBench(
      { r: { Sql: "SELECT 1 AS x FROM 'a'", Actions: [{ Fail: {} }, { Fail: {} }], ErrorAction: note } },
      { failures: [failure(), failure({ type: 'OtherAction' })] },
    );

    await bench.publish('a', { original: true });

    expect(bench.runs).toHaveLength(1);
    expect(JSON.parse(payloads(bench)[0] ?? '')).toEqual({
      ruleName: 'r',
      topic: 'a',
      cloudwatchTraceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      clientId: 'pump7',
      base64OriginalPayload: Buffer.from('{"original":true}').toString('base64'),
      failures: [
        { failedAction: 'FailAction', failedResource: 'arn:x', errorMessage: 'it broke' },
        { failedAction: 'OtherAction', failedResource: 'arn:x', errorMessage: 'it broke' },
      ],
    });
  });

  test('does not run when every action succeeds', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [note], ErrorAction: { Note2: {} } } });

    await bench.publish('a', {});

    expect(bench.runs.map(({ type }) => type)).toEqual(['Note']);
  });

  test('that fails itself is only reported', async () => {
    const bench = ruleBench(
      { r: { Sql: "SELECT * FROM 'a'", Actions: [{ Fail: {} }], ErrorAction: { Fail: {} } } },
      { failures: [failure(), failure()] },
    );

    await bench.publish('a', {});

    expect(bench.runs).toEqual([]);
    expect(bench.events.at(-1)).toMatchObject({ outcome: 'failed', errorAction: true });
  });

  test('does not run when the statement fails', async () => {
    const bench = ruleBench({
      r: {
        Sql: "SELECT aws_lambda('arn:aws:lambda:us-east-1:123456789012:function:f', *) AS x FROM 'a'",
        AwsIotSqlVersion: '2016-03-23',
        Actions: [note],
        ErrorAction: { Note2: {} },
      },
    });

    await bench.publish('a', {});

    expect(bench.runs).toEqual([]);
    expect(bench.events).toEqual([expect.objectContaining({ kind: 'rule', outcome: 'failed' })]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
test('a message that was republished more than 10 times in a row runs no rule', async () => {
  const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [note] } });

  await bench.publish('a', {}, { origin: { kind: 'republish', depth: 10 } });
  await bench.publish('a', {}, { origin: { kind: 'republish', depth: 11 } });

  expect(bench.runs).toHaveLength(1);
  expect(bench.events.at(-1)).toMatchObject({ ruleName: 'r', outcome: 'loopStopped' });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html
test('a rule without AwsIotSqlVersion uses 2015-10-08', async () => {
  const bench = ruleBench({ r: { Sql: "SELECT sql_version() AS v FROM 'a'", Actions: [note] } });

  await bench.publish('a', {});

  expect(payloads(bench)).toEqual(['{"v":"2015-10-08"}']);
});

test('external functions are asked, and the rule waits for the answer', async () => {
  const bench = ruleBench(
    {
      r: {
        Sql: "SELECT aws_lambda('arn:aws:lambda:us-east-1:123456789012:function:f', *).answer AS x FROM 'a'",
        AwsIotSqlVersion: '2016-03-23',
        Actions: [note],
      },
    },
    { external: { invokeLambda: async (_, input) => ({ answer: input }) } },
  );

  await bench.publish('a', { q: 1 });

  expect(payloads(bench)).toEqual(['{"x":{"q":1}}']);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_CreateTopicRule.html
describe('a template is refused, with file and place, when a rule', () => {
  const sql = "SELECT * FROM 'a'";

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'has no valid statement',
      { Sql: 'SELEC *' },
      /^demo\.template\.json: Resources\.r\.Properties\.TopicRulePayload\.Sql: line 1, column 1: /,
    ],
    ['has no statement', {}, /TopicRulePayload\.Sql must be a text, got nothing/],
    [
      'has a filter that is none',
      { Sql: "SELECT * FROM 'a/#/b'" },
      /TopicRulePayload\.Sql: line 1, column 15: FROM must be a topic filter in which/,
    ],
    [
      'has an unknown version',
      { Sql: sql, AwsIotSqlVersion: '2017-01-01' },
      /AwsIotSqlVersion must be one of 2015-10-08, 2016-03-23, beta, got '2017-01-01'/,
    ],
    ['has no list of actions', { Sql: sql, Actions: {} }, /TopicRulePayload\.Actions must be a list, got \{\}/],
    [
      'has 11 actions',
      { Sql: sql, Actions: Array(11).fill(note) },
      /TopicRulePayload\.Actions must have at most 10 actions, got 11/,
    ],
    [
      'has two actions in one entry',
      { Sql: sql, Actions: [{ Note: {}, Note2: {} }] },
      /TopicRulePayload\.Actions\[0\] must be an object with one action/,
    ],
    [
      'has an action without a required property',
      { Sql: sql, Actions: [{ Strict: {} }] },
      /TopicRulePayload\.Actions\[0\]\.Strict\.Needed must be a text, got nothing/,
    ],
    [
      'has a template that is none',
      { Sql: sql, Actions: [{ Note: { Template: '${topic(' } }] },
      /TopicRulePayload\.Actions\[0\]\.Note\.Template: line 1, column /,
    ],
    [
      'has a wrong error action',
      { Sql: sql, ErrorAction: { Strict: {} } },
      /TopicRulePayload\.ErrorAction\.Strict\.Needed must be/,
    ],
  ])('%s', (_, payload, message) => {
    expect(() => ruleBench({ r: payload })).toThrow(message);
  });

  test('has a name with a hyphen', () => {
    expect(() => ruleBench({ 'last-will': { Sql: sql } })).toThrow(
      "Properties.RuleName must be 1 to 128 letters, digits or underscores, got 'last-will'",
    );
  });
});

describe('a rule that AWS would accept and that is not emulated is left out with a warning', () => {
  test('when it calls a function of that kind', async () => {
    const bench = ruleBench({
      r: {
        Sql: "SELECT machinelearning_predict('m', 'arn:aws:iam::123456789012:role/r', *) AS x FROM 'a'",
        Actions: [note],
      },
      other: { Sql: "SELECT * FROM 'a'", Actions: [note] },
    });

    await bench.publish('a', {});

    expect(bench.runs.map(({ invocation }) => invocation.ruleName)).toEqual(['other']);
    expect(bench.events[0]).toMatchObject({ kind: 'warning', ruleName: 'r' });
  });

  test('and an unknown action is skipped with a warning, the others run', async () => {
    const bench = ruleBench({ r: { Sql: "SELECT * FROM 'a'", Actions: [{ Pigeon: {} }, note] } });

    await bench.publish('a', {});

    expect(bench.runs).toHaveLength(1);
    expect(bench.events[0]).toMatchObject({
      kind: 'warning',
      reason: expect.stringContaining(
        'TopicRulePayload.Actions[0].Pigeon: AWS has no action Pigeon that is known here: it is skipped',
      ),
    });
  });
});

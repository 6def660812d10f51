import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type CommandResult, run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

function sql(query: string, payload: string | Buffer, ...flags: string[]): Promise<CommandResult> {
  const file = join(directory.path, 'payload');
  writeFileSync(file, payload);
  return run('sql', query, '--payload', file, ...(flags.includes('--topic') ? [] : ['--topic', 'a/b']), ...flags);
}

describe('lastwill sql QUERY', () => {
  test('shows what SELECT makes of the message and exits with 0', async () => {
    expect(await sql("SELECT color AS c FROM 'a/+'", '{"color":"red"}')).toEqual({
      exitCode: 0,
      stdout: '{"c":"red"}\n',
      stderr: '',
    });
  });

  test('reads the payload from standard input for -', async () => {
    const stdin = jest
      .spyOn(process, 'stdin', 'get')
      .mockReturnValue(Readable.from([Buffer.from('{"a"'), Buffer.from(':1}')]) as typeof process.stdin);

    expect((await run('sql', "SELECT VALUE a FROM 'a/b'", '--topic', 'a/b', '--payload', '-')).stdout).toBe('1\n');

    stdin.mockRestore();
  });

  test('says so when WHERE is not true, with exit code 0', async () => {
    const { exitCode, stdout } = await sql("SELECT * FROM 'a/b' WHERE color = 'blue'", '{"color":"red"}');

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'no match: WHERE is not true\n' });
  });

  test('says so when FROM does not match the topic', async () => {
    const { stdout } = await sql("SELECT * FROM 'x/#'", '{}');

    expect(stdout).toBe("no match: FROM 'x/#' does not match the topic 'a/b'\n");
  });

  test('a/# does not match a, as AWS IoT Core deviates from MQTT', async () => {
    expect((await sql("SELECT * FROM 'a/b/#'", '{}')).stdout).toContain('no match');
  });

  test.each([
    ['--client-id', 'lwtThing', 'clientid()', 'lwtThing'],
    ['--principal', 'ba67', 'principal()', 'ba67'],
    ['--source-ip', '10.0.0.1', 'sourceip()', '10.0.0.1'],
    ['--account-id', '111122223333', 'accountid()', '111122223333'],
    ['--sql-version', '2015-10-08', 'sql_version()', '2015-10-08'],
    ['--topic', 'x/y', 'topic(2)', 'y'],
  ])('%s %s is what %s answers', async (flag, value, expression, answer) => {
    expect((await sql(`SELECT VALUE ${expression} FROM '#'`, '{}', flag, value)).stdout).toBe(`"${answer}"\n`);
  });

  test('fails with the statement and a caret under the place', async () => {
    const { exitCode, stdout, stderr } = await sql("SELECT a\nFORM 'a/b'", '{}');

    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: "lastwill: line 2, column 1: found 'FORM', expected ',', AS, FROM or WHERE\n\n  FORM 'a/b'\n  ^^^^\n",
    });
  });

  test('fails with exit code 1 when the statement cannot be evaluated', async () => {
    const { exitCode, stderr } = await sql("SELECT aws_lambda('arn', *) FROM 'a/b'", '{}');

    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'lastwill: the statement failed: aws_lambda() has nothing to answer it here\n',
    });
  });

  test.each([
    [['--topic', 'a/+'], "--topic must be a topic name without the wildcards + and #, got 'a/+'"],
    [['--sql-version', '2020-01-01'], "--sql-version must be one of 2015-10-08, 2016-03-23, beta, got '2020-01-01'"],
    [['--source-ip', 'here'], "--source-ip must be an IP address, got 'here'"],
  ])('fails with exit code 2 for %j', async (flags, message) => {
    const { exitCode, stderr } = await sql("SELECT * FROM '#'", '{}', ...flags);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('fails with exit code 2 when the payload cannot be read', async () => {
    const { exitCode, stderr } = await run(
      'sql',
      "SELECT * FROM '#'",
      '--topic',
      'a',
      '--payload',
      join(directory.path, 'none'),
    );

    expect(exitCode).toBe(2);
    expect(stderr).toContain('--payload must be a readable file or -');
  });
});

describe('lastwill sql QUERY --json', () => {
  const lines = async (query: string, payload: string | Buffer, ...flags: string[]): Promise<unknown> => {
    const { exitCode, stdout } = await sql(query, payload, '--json', ...flags);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    return { exitCode, json: JSON.parse(stdout) };
  };

  test('prints the result of a match', async () => {
    expect(await lines("SELECT color FROM 'a/b'", '{"color":"red"}')).toEqual({
      exitCode: 0,
      json: { matched: true, result: { color: 'red' } },
    });
  });

  test('prints null as the result when nothing matched', async () => {
    expect(await lines("SELECT * FROM 'a/b' WHERE false", '{}')).toEqual({
      exitCode: 0,
      json: { matched: false, result: null },
    });
  });

  test('prints a payload that is not JSON as text', async () => {
    expect(await lines("SELECT * FROM 'a/b'", 'hi there')).toEqual({
      exitCode: 0,
      json: { matched: true, result: 'hi there' },
    });
  });

  test('prints a payload that is not text also as base64', async () => {
    expect(await lines("SELECT * FROM 'a/b'", Buffer.from([0x41, 0xff]))).toEqual({
      exitCode: 0,
      json: { matched: true, result: 'A\ufffd', base64: 'Qf8=' },
    });
  });

  test('prints an error with its code and place and exits with 1', async () => {
    expect(await lines("SELECT lenght(a) FROM 'a/b'", '{}')).toEqual({
      exitCode: 1,
      json: {
        error: {
          code: 'SQL_INVALID',
          message: 'unknown function lenght(), did you mean length()?',
          line: 1,
          column: 8,
        },
      },
    });
  });

  test('prints the reason when the statement cannot be evaluated', async () => {
    expect(await lines("SELECT *, 1 AS x FROM 'a/b'", 'not JSON')).toEqual({
      exitCode: 1,
      json: {
        error: {
          code: 'SQL_FAILED',
          message: 'SELECT *, ... can only add to a payload that is empty or a JSON object',
        },
      },
    });
  });
});

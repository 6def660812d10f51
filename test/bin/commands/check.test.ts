import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LWT_TEMPLATE } from '../../testing/lwt-template';
import { type CommandResult, run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

function check(template: object, ...flags: readonly string[]): Promise<CommandResult> {
  const file = join(directory.path, 'T.json');
  writeFileSync(file, JSON.stringify(template));
  return run('check', file, ...flags);
}

function payloadFile(text: string): string {
  const file = join(directory.path, 'will.json');
  writeFileSync(file, text);
  return file;
}

const LOOPING = {
  Resources: {
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: 'loop',
        TopicRulePayload: {
          Sql: "SELECT * FROM 'a/+'",
          AwsIotSqlVersion: '2016-03-23',
          Actions: [{ Republish: { Topic: 'a/b', RoleArn: 'arn:aws:iam::123456789012:role/r' } }],
        },
      },
    },
  },
};

describe('lastwill check TEMPLATE', () => {
  test('tells warnings, and exits with 0 when there is no error', async () => {
    const { exitCode, stdout } = await check(LWT_TEMPLATE);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning lastwill:errorActionMissing\n');
    expect(stdout).toContain('0 errors, 1 warning by 9 rules\n');
  });

  test('tells errors with place and message, and exits with 1', async () => {
    const { exitCode, stdout, stderr } = await check(LOOPING, '--acknowledge', 'lastwill:errorActionMissing');

    expect(exitCode).toBe(1);
    expect(stdout).toBe(
      [
        'error   lastwill:republishLoop',
        `        ${join(directory.path, 'T.json')} Rule Properties.TopicRulePayload.Actions[0].Republish.Topic`,
        "        loop hears 'a/b', which it republishes itself",
        '',
        '1 error, 0 warnings, 1 acknowledged by 6 rules',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('the check failed: 1 error');
  });

  test('exits with 1 for warnings too when it is strict', async () => {
    expect((await check(LWT_TEMPLATE, '--strict')).exitCode).toBe(1);
  });

  test('proves the will that is named against policies and rules', async () => {
    const flags = ['--will-topic', 'things/{device}/gone', '--will-payload', payloadFile('{"status":"here"}\n')];

    expect((await check(LWT_TEMPLATE, ...flags)).stdout).toContain(
      'lastWillRule never matches the will {"status":"here"}: its WHERE is not true',
    );
  });

  test('prints one JSON line with --json', async () => {
    const { stdout } = await check(LOOPING, '--json');

    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [
        { ruleId: 'lastwill:republishLoop', severity: 'error', logicalId: 'Rule' },
        { ruleId: 'lastwill:errorActionMissing', severity: 'warning' },
      ],
      acknowledged: [],
    });
  });

  test('fails for a template that could not be deployed, with exit code 1 and the place', async () => {
    const { exitCode, stderr } = await check({ Resources: { Rule: { Type: 'AWS::IoT::TopicRule', Properties: {} } } });

    expect(exitCode).toBe(1);
    expect(stderr).toContain('Resources.Rule.Properties.TopicRulePayload must be an object, got nothing');
  });

  test('fails for a file that is not there, and for an acknowledgement of no rule, with exit code 2', async () => {
    expect((await run('check', join(directory.path, 'none.json'))).exitCode).toBe(2);
    expect((await check(LOOPING, '--acknowledge', 'loop')).stderr).toContain(
      '--acknowledge must name rules of docs/rules.md, got loop',
    );
  });

  test('fails for flags about a will without its topic', async () => {
    const { exitCode, stderr } = await check(LWT_TEMPLATE, '--will-retain');

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--will-topic must be given')]);
  });
});

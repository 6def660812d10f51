import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActions } from '../local/actions/actions';
import type { Message, Origin } from '../local/ports';
import { createRuleEngine, type RuleEngine } from '../local/rules/rule-engine';
import { OutboxFolder } from '../local/state/outbox';
import { resolveTemplate } from '../local/template/cloudformation';
import { SystemClock } from '../presence/clock';
import { systemRandomness } from '../presence/randomness';
import { lastWillPayload } from '../presence/will-payload';
import { verdict } from './verdict';

/** What 1,000 rules may cost a publish that none matches, as a ratio to one rule. */
const NO_MATCH_BUDGET = 1.2;
/** From the will to the e-mail's file, 99th percentile, in milliseconds. */
const EMAIL_BUDGET_MILLISECONDS = 50;

const clock = new SystemClock();
const client: Origin = { kind: 'client', clientId: 'bench', depth: 0 };

function message(topic: string, payload = '{}'): Message {
  return { topic, payload: Buffer.from(payload), qos: 0, retain: false, properties: {} };
}

function engineFor(resources: Record<string, unknown>, outbox: (rfc822: Buffer, to: string) => void): RuleEngine {
  const templates = [resolveTemplate({ name: 'bench', json: { Resources: resources } })];
  const actions = createActions({
    templates,
    outbox: { deliver: ({ rfc822, to }) => outbox(rfc822, to) },
    publish: () => undefined,
    log: { write: () => undefined },
    clock,
    randomness: systemRandomness,
  });
  const observer = { observe: () => undefined };
  return createRuleEngine({ templates, actions, clock, randomness: systemRandomness, observer });
}

function rules(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `Rule${index}`,
      {
        Type: 'AWS::IoT::TopicRule',
        Properties: { TopicRulePayload: { Sql: `SELECT * FROM 'site/${index}/+/state'`, Actions: [] } },
      },
    ]),
  );
}

/** Nanoseconds per publish that no rule matches: the best of several rounds, taken in turns. */
function noMatch(engines: readonly RuleEngine[]): number[] {
  const messages = Array.from({ length: 1_000 }, (_, index) => message(`fleet/device${index}/state/now`));
  const best = engines.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 15; round++) {
    for (const [index, engine] of engines.entries()) {
      const start = process.hrtime.bigint();
      for (let repeat = 0; repeat < 100; repeat++) for (const one of messages) engine.accept(one, client);
      best[index] = Math.min(best[index] ?? 0, Number(process.hrtime.bigint() - start) / 100_000);
    }
  }
  return best;
}

/** Milliseconds from a will to its e-mail's file, sorted. */
async function willToEmail(rounds: number): Promise<number[]> {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const folder = new OutboxFolder(directory);
  const engine = engineFor(lastWillResources(), (rfc822, to) => folder.write(folder.nextPath(to, clock.now()), rfc822));
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    engine.accept(message('/last/will/topic', lastWillPayload('lwtThing')), { ...client, kind: 'will' });
    await engine.whenIdle();
    took.push(performance.now() - start);
  }
  rmSync(directory, { recursive: true });
  return took.sort((a, b) => a - b);
}

function lastWillResources(): Record<string, unknown> {
  const roleArn = { 'Fn::GetAtt': ['Role', 'Arn'] };
  return {
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }] },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } }],
      },
    },
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        TopicRulePayload: {
          Sql: "SELECT * FROM '/last/will/topic' WHERE state.reported.last_will = 'yes'",
          Actions: [
            { Sns: { TargetArn: { Ref: 'Topic' }, RoleArn: roleArn } },
            { Republish: { Topic: '/lwt/executed', RoleArn: roleArn } },
          ],
        },
      },
    },
  };
}

async function main(): Promise<void> {
  const [one = 0, thousand = 0] = noMatch([rules(1), rules(1_000)].map((set) => engineFor(set, () => undefined)));
  const ratio = thousand / one;
  verdict(
    `publish that no rule matches: ${one.toFixed(0)} ns with 1 rule, ${thousand.toFixed(0)} ns with 1,000: ${ratio.toFixed(2)}x, budget ${NO_MATCH_BUDGET}x`,
    ratio <= NO_MATCH_BUDGET,
  );
  const took = await willToEmail(2_000);
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => took[Math.floor(took.length * share)]);
  verdict(
    `will to e-mail file: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, budget ${EMAIL_BUDGET_MILLISECONDS} ms`,
    p99 <= EMAIL_BUDGET_MILLISECONDS,
  );
}

void main();

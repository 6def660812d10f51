import { App } from 'aws-cdk-lib';
import { createActions } from '../../local/actions/actions';
import type { LogEntry } from '../../local/event-log';
import type { RuleEvent } from '../../local/rules/ports';
import { createRuleEngine } from '../../local/rules/rule-engine';
import { resolveTemplates } from '../../local/template/cloudformation';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { lastWillPayload } from '../../presence/will-payload';
import { stacks } from '../synth/stacks';

function run(id: string) {
  const app = new App();
  const make = stacks[id];
  if (make === undefined) throw new Error(id);
  const stack = make(app);
  const json: unknown = app.synth().getStackByName(stack.stackName).template;
  const templates = resolveTemplates([{ name: `${id}.template.json`, json }]);
  const log: LogEntry[] = [];
  const events: RuleEvent[] = [];
  const clock = new ManualClock();
  const randomness = seededRandomness(1);
  const published: string[] = [];
  const emails: string[] = [];
  const actions = createActions({
    templates,
    outbox: { deliver: ({ to }) => void emails.push(to) },
    publish: ({ topic, payload }) => void published.push(`${topic} ${payload.toString()}`),
    log: { write: (entry) => void log.push(entry) },
    clock,
    randomness,
  });
  const engine = createRuleEngine({
    templates,
    actions,
    clock,
    randomness,
    observer: { observe: (event) => void events.push(event) },
  });
  return { templates, log, events, engine, emails, published };
}

test('AwsLwtStack: its roles and keys allow what its rule does on a last will', async () => {
  const cloud = run('AwsLwtStack');

  cloud.engine.accept(
    {
      topic: '/last/will/topic',
      payload: Buffer.from(lastWillPayload('lwtThing')),
      qos: 0,
      retain: false,
      properties: {},
    },
    { kind: 'will', clientId: 'lwtThing', depth: 0 },
  );
  await cloud.engine.whenIdle();

  expect(cloud.events.map((event) => [event.kind, 'outcome' in event && event.outcome])).toEqual([
    ['rule', 'matched'],
    ['action', 'succeeded'],
    ['action', 'succeeded'],
  ]);
  expect(cloud.emails).toEqual(['support@example.com']);
  expect(cloud.published).toEqual([`/lwt/executed ${lastWillPayload('lwtThing')}`]);
});

test.each(Object.keys(stacks))('%s needs nothing that the embedded cloud does not have', (id) => {
  const cloud = run(id);

  expect(cloud.templates.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(cloud.log.filter(({ type }) => type === 'warning')).toEqual([]);
  expect(cloud.events).toEqual([]);
});

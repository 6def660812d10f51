import type { IPublishPacket } from 'mqtt-packet';
import { lastWillPayload } from '../../../presence/will-payload';
import type { AwsSite } from '../../sites/aws-site';
import type { Observation, Observations, Probe } from '../probe';
import { Scene, whether } from '../scene';
import { PAGES } from './pages';

const STATEMENTS = 'semantics/iot-sql/compiled-statement.ts';
const INGEST = '#acceptIngest of local/rules/rule-engine.ts';

/** What the stack's rule does with a will, and what AWS says of the rule. */
export const ruleProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'will that a rule republishes',
    question: 'what arrives on the topic of the republish action?',
    source: PAGES.republish,
    observe: (site) => Scene.play(site, (scene) => republished(site, scene)),
  },
  {
    name: 'basic ingest',
    question: 'does a rule run whose FROM does not match, and may a will go there?',
    source: PAGES.basicIngest,
    undocumented: {
      'publish past FROM': INGEST,
      'will on $aws/rules': INGEST,
    },
    observe: (site) => Scene.play(site, (scene) => basicIngest(site, scene)),
  },
  {
    name: 'rule as AWS describes it',
    question: 'which fields has GetTopicRule?',
    source: PAGES.rule,
    observe: describedRule,
  },
];

/** What the documents leave open of statements; needs the rules of the probes' own stack. */
export const sqlProbes: readonly Probe<AwsSite>[] = [
  {
    name: 'values of a statement',
    question: 'how are *, /, = of nulls, topic(1), AS a.b and indexof evaluated?',
    source: PAGES.select,
    undocumented: {
      'SELECT *, x AS kept: the key of both': STATEMENTS,
      '75 / 2': 'semantics/iot-sql/operators.ts',
      '75 / 0': 'semantics/iot-sql/operators.ts',
      'null = null': 'semantics/iot-sql/operators.ts',
      'topic(1) of a topic with a leading slash': 'semantics/iot-sql/functions/context-functions.ts',
      'AS outer.inner': STATEMENTS,
      'indexof of what is not there': 'semantics/iot-sql/functions/string-functions.ts',
      'clientid() of a will': 'local/rules/rule-engine.ts',
    },
    observe: (site) => Scene.play(site, (scene) => statementValues(site, scene)),
  },
  {
    name: 'keys without AS',
    question: 'under which keys do a path and a function call appear?',
    source: PAGES.select,
    undocumented: { keys: STATEMENTS },
    observe: (site) =>
      asking(site, 'names', SAMPLE, (answer) => ({ keys: Object.keys(answer.fields).sort().join(', ') })),
  },
  {
    name: 'substitution of what is absent',
    question: 'what does ${absent} stand for?',
    source: PAGES.republish,
    undocumented: { value: 'semantics/iot-sql/substitution.ts' },
    observe: (site) =>
      asking(site, 'template', SAMPLE, ({ userProperties }) => ({ value: String(userProperties?.absent ?? 'none') })),
  },
  {
    name: 'FROM with # and the level above it',
    question: 'does FROM a/# see messages on a?',
    source: PAGES.from,
    undocumented: { 'a is seen': 'hashMatchesParent of local/rules/rule-engine.ts' },
    observe: (site) => asking(site, 'parent', SAMPLE, ({ arrived }) => ({ 'a is seen': arrived }), 'asked/parent'),
  },
  {
    name: 'payload that is an array',
    question: 'what does SELECT * make of [1,2]?',
    source: PAGES.select,
    undocumented: { payload: STATEMENTS },
    observe: (site) => asking(site, 'any', '[1,2]', ({ text }) => ({ payload: text })),
  },
  {
    name: 'SNS with message format JSON and no default',
    question: 'does the action fail, as SNS refuses such a message, and what is the error action told?',
    source: PAGES.sns,
    undocumented: {
      'error action runs': 'local/actions/sns-action.ts',
      failedAction: 'failedAction of local/actions/action-context.ts',
    },
    observe: (site) => asking(site, 'json', SAMPLE, failure),
  },
];

const SAMPLE = JSON.stringify({ kept: 'original', number: 75, nothing: null, nested: { deep: 1 } });

async function republished(site: AwsSite, scene: Scene): Promise<Observations> {
  const { thing, willTopic, executedTopic } = site.deployment;
  const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [willTopic, executedTopic]);
  const payload = lastWillPayload(thing);
  const properties = { contentType: 'application/json', userProperties: { colour: 'red' } };
  const will = { topic: willTopic, payload, qos: 1, retain: false, properties } as const;
  (await scene.enter(site.asDevice, { clientId: thing, will })).cut();
  const first = await watcher.message(willTopic);
  const second = await watcher.message(executedTopic);
  return {
    will: whether(first),
    republished: whether(second),
    'same payload': second?.payload.toString() === payload,
    qos: second?.qos ?? 'no message',
    retain: second?.retain ?? 'no message',
    contentType: second?.properties?.contentType ?? 'none',
    'user properties': JSON.stringify(second?.properties?.userProperties ?? {}),
  };
}

async function basicIngest(site: AwsSite, scene: Scene): Promise<Observations> {
  const { thing, executedTopic, ruleName } = site.deployment;
  const topic = `$aws/rules/${ruleName}/past/from`;
  const payload = lastWillPayload(thing);
  const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [executedTopic]);
  const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
  await operator.publish(topic, payload, { qos: 1 });
  const published = whether(await watcher.message(executedTopic));
  const dying = await scene.open(site.asOperator);
  await dying.connect({ clientId: `${thing}-dying`, will: { topic, payload, qos: 1, retain: false } });
  dying.cut();
  const byWill = whether(await watcher.message(executedTopic));
  return { 'publish past FROM': published, 'will on $aws/rules': byWill };
}

async function describedRule({ session, deployment }: AwsSite): Promise<Observations> {
  const { GetTopicRuleCommand } = require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
  const { rule } = await session.call('iot:GetTopicRule', () =>
    session.iot.send(new GetTopicRuleCommand({ ruleName: deployment.ruleName })),
  );
  const actions = (rule?.actions ?? []).flatMap((action) => Object.entries(action));
  return {
    fields: Object.keys(rule ?? {})
      .sort()
      .join(', '),
    sql: rule?.sql ?? 'none',
    awsIotSqlVersion: rule?.awsIotSqlVersion ?? 'none',
    ruleDisabled: rule?.ruleDisabled ?? 'none',
    actions: actions
      .map(
        ([kind, fields]) =>
          `${kind} (${Object.keys(fields ?? {})
            .sort()
            .join(', ')})`,
      )
      .join('; '),
    errorAction: Object.keys(rule?.errorAction ?? {}).join(', '),
  };
}

async function statementValues(site: AwsSite, scene: Scene): Promise<Observations> {
  const { thing, probeTopic } = site.deployment;
  const answered = `${probeTopic}/answered/sql`;
  const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [answered]);
  const clientId = `${thing}-dying`;
  const will = { topic: `${probeTopic}/asked/sql`, payload: SAMPLE, qos: 1, retain: false } as const;
  (await scene.enter(site.asOperator, { clientId, will })).cut();
  const { fields } = answerOf(await watcher.message(answered));
  return {
    'SELECT *, x AS kept: the key of both': asJson(fields.kept),
    '75 / 2': asJson(fields.division),
    '75 / 0': asJson(fields.byZero),
    'null = null': asJson(fields.nullIsNull),
    'topic(1) of a topic with a leading slash': asJson(fields.firstLevel),
    'AS outer.inner': asJson(fields.outer ?? fields['outer.inner']),
    'indexof of what is not there': asJson(fields.notFound),
    "lpad('x', 2)": asJson(fields.padded),
    'clientid() of a will': fields.client === clientId ? 'the client that died' : asJson(fields.client),
  };
}

interface Answer {
  readonly arrived: boolean;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly userProperties?: Readonly<Record<string, unknown>>;
}

/** Publishes where a rule of the probes listens, and hears its answer. */
function asking(
  site: AwsSite,
  rule: string,
  payload: string,
  read: (answer: Answer) => Observations,
  asked = `asked/${rule}`,
): Promise<Observations> {
  return Scene.play(site, async (scene) => {
    const { thing, probeTopic } = site.deployment;
    const answered = `${probeTopic}/answered/${rule}`;
    const watcher = await scene.watch(site.asOperator, { clientId: `${thing}-watcher` }, [answered]);
    const operator = await scene.enter(site.asOperator, { clientId: `${thing}-operator` });
    await operator.publish(`${probeTopic}/${asked}`, payload, { qos: 1 });
    return read(answerOf(await watcher.message(answered)));
  });
}

/** What an error action is told. */
function failure({ arrived, fields }: Answer): Observations {
  const [first] = Array.isArray(fields.failures) ? (fields.failures as Readonly<Record<string, unknown>>[]) : [];
  return {
    'error action runs': arrived,
    fields: Object.keys(fields).sort().join(', '),
    'fields of a failure': Object.keys(first ?? {})
      .sort()
      .join(', '),
    failedAction: asJson(first?.failedAction),
  };
}

function answerOf(message: IPublishPacket | undefined): Answer {
  const text = message?.payload.toString() ?? 'no answer';
  return {
    arrived: message !== undefined,
    text,
    fields: parsed(text),
    ...(message?.properties?.userProperties === undefined ? {} : { userProperties: message.properties.userProperties }),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    // No JSON, so no fields.
    return {};
  }
}

function asJson(value: unknown): Observation {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

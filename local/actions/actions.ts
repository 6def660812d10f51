import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { ExternalFunctions } from '../../semantics/iot-sql';
import type { EventLog } from '../event-log';
import type { JsonObject } from '../json-value';
import type { ResolvedTemplate } from '../resolved-template';
import type { Action, ActionFactory, RuleIdentity } from '../rule-action';
import { type ActionContext, ActionIdentity } from './action-context';
import { ActionProperties } from './action-properties';
import { cloudwatchLogsAction, type LogGroupEntry, type LogGroups } from './cloudwatch-logs-action';
import { cloudwatchMetricAction, type MetricDatum } from './cloudwatch-metric-action';
import { dynamoDbAction, dynamoDbV2Action } from './dynamodb-actions';
import { dynamoDbTables, type EmbeddedTable } from './dynamodb-tables';
import { EncryptionKeys } from './encryption-keys';
import { externalFunctions } from './external-functions';
import { lambdaAction } from './lambda-action';
import { LambdaFunctions } from './lambda-functions';
import { loopbackPost } from './loopback-post';
import type { HttpPost, LambdaHandler, Outbox, Publish, ReadThingShadow } from './ports';
import { recordedAction } from './recorded-actions';
import { republishAction } from './republish-action';
import { RoleAccess } from './role-access';
import { snsAction } from './sns-action';
import { emailProtocol, httpProtocol, recordedProtocol } from './sns-protocols';
import { lambdaProtocol, sqsProtocol } from './sns-targets';
import { type SnsProtocol, type SnsTopic, SnsTopics } from './sns-topics';
import { sqsAction } from './sqs-action';
import { type EmbeddedQueue, SqsQueues } from './sqs-queues';
import { TemplateResources } from './template-resources';

/** What the actions of rules work with. */
export interface ActionsOptions {
  /** Where topics, roles, keys and their like are declared. */
  readonly templates: readonly ResolvedTemplate[];
  readonly outbox: Outbox;
  readonly publish: Publish;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** What stands for Lambda functions, by logical id, name or ARN. @default - invocations are recorded */
  readonly lambda?: ReadonlyMap<string, LambdaHandler>;
  /** Reads device shadows. @default - `get_thing_shadow` fails */
  readonly readThingShadow?: ReadThingShadow;
  /** E-mail addresses and URLs whose owners have not confirmed their SNS subscriptions. @default - all have */
  readonly unconfirmedEndpoints?: readonly string[];
  /** Posts to SNS subscriptions of this machine. @default - over HTTP or HTTPS */
  readonly post?: HttpPost;
}

/** The actions of rules and what they wrote. */
export interface Actions extends ActionFactory {
  /** What rules wrote to CloudWatch Logs, by log group. */
  readonly logGroups: ReadonlyMap<string, readonly LogGroupEntry[]>;
  /** What rules put into CloudWatch, the oldest first. */
  readonly metrics: readonly MetricDatum[];
  readonly queues: readonly EmbeddedQueue[];
  readonly tables: readonly EmbeddedTable[];
  /** The SNS topics with their subscriptions. */
  readonly topics: readonly SnsTopic[];
  /** What the roles of the templates may do. */
  readonly roles: RoleAccess;
  /** What `aws_lambda`, `get_dynamodb` and `get_thing_shadow` of rule statements reach. */
  readonly external: ExternalFunctions;
}

type Create = (properties: ActionProperties, identity: ActionIdentity) => Action;

/** Makes the actions that a set of templates can run. */
export function createActions(options: ActionsOptions): Actions {
  const context = contextOf(options);
  const services = servicesOf(options, context);
  sayConfirmations(services.topics, context);
  const kinds = actionKinds(options, context, services);
  const { logGroups, metrics, queues, tables, functions } = services;
  return {
    logGroups,
    metrics,
    queues: queues.all,
    tables: [...tables.values()],
    topics: services.topics.all,
    roles: context.roles,
    external: externalFunctions({ functions, tables, readThingShadow: options.readThingShadow }, context),
    create: (type: string, properties: JsonObject, rule: RuleIdentity) => {
      const identity = new ActionIdentity(type, rule, context);
      return kinds.get(type)?.(new ActionProperties(properties), identity) ?? recordedAction(properties, identity);
    },
  };
}

/** The services of AWS that actions write to. */
interface Services {
  readonly topics: SnsTopics;
  readonly queues: SqsQueues;
  readonly tables: ReadonlyMap<string, EmbeddedTable>;
  readonly functions: LambdaFunctions;
  readonly logGroups: LogGroups;
  readonly metrics: MetricDatum[];
}

function servicesOf(options: ActionsOptions, context: ActionContext): Services {
  const queues = new SqsQueues(context.resources, context.clock, context.randomness);
  const functions = new LambdaFunctions(context, options.lambda ?? new Map());
  const email = emailProtocol(options.outbox);
  const http = httpProtocol(context, options.post ?? loopbackPost);
  const protocols = new Map<string, SnsProtocol>([
    ['email', email],
    ['email-json', email],
    ['http', http],
    ['https', http],
    ['sqs', sqsProtocol(context, queues)],
    ['lambda', lambdaProtocol(context, functions)],
  ]);
  const topics = new SnsTopics(context, protocols, recordedProtocol(context), options.unconfirmedEndpoints);
  return { topics, queues, tables: dynamoDbTables(context.resources), functions, logGroups: new Map(), metrics: [] };
}

function actionKinds(
  { publish }: ActionsOptions,
  context: ActionContext,
  { topics, queues, tables, functions, logGroups, metrics }: Services,
): ReadonlyMap<string, Create> {
  return new Map<string, Create>([
    ['Sns', (properties, identity) => snsAction(properties, identity, context, topics)],
    ['Republish', (properties, identity) => republishAction(properties, identity, publish)],
    ['Lambda', (properties, identity) => lambdaAction(properties, identity, context, functions)],
    ['Sqs', (properties, identity) => sqsAction(properties, identity, context, queues)],
    ['DynamoDB', (properties, identity) => dynamoDbAction(properties, identity, context, tables)],
    ['DynamoDBv2', (properties, identity) => dynamoDbV2Action(properties, identity, context, tables)],
    ['CloudwatchLogs', (properties, identity) => cloudwatchLogsAction(properties, identity, context, logGroups)],
    ['CloudwatchMetric', (properties, identity) => cloudwatchMetricAction(properties, identity, context, metrics)],
  ]);
}

function contextOf({ templates, log, clock, randomness }: ActionsOptions): ActionContext {
  const resources = new TemplateResources(templates);
  const said = new Set<string>();
  const warn = (reason: string): void => {
    if (said.has(reason)) return;
    said.add(reason);
    log.write({ type: 'warning', reason });
  };
  const roles = new RoleAccess(resources, warn);
  return { resources, roles, keys: new EncryptionKeys(resources, roles, warn), log, clock, randomness, warn };
}

const CONFIRMED_PROTOCOLS = ['email', 'email-json', 'http', 'https'];

/** In AWS an e-mail or HTTP subscription is pending until its owner confirms it. @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
function sayConfirmations(topics: SnsTopics, { log, warn }: ActionContext): void {
  for (const { arn, subscriptions } of topics.all) {
    for (const { protocol, endpoint, arn: subscription, confirmed } of subscriptions) {
      if (!CONFIRMED_PROTOCOLS.includes(protocol)) continue;
      if (confirmed === false) {
        warn(`subscription ${subscription}: ${endpoint} has not confirmed it and gets nothing`);
        continue;
      }
      if (protocol.startsWith('email') && !endpoint.includes('@')) {
        warn(`subscription ${subscription}: AWS would refuse the endpoint '${endpoint}', which is no e-mail address`);
      }
      log.write({
        type: 'action',
        action: 'sns:ConfirmSubscription',
        resource: arn,
        reason: `the subscription of ${endpoint} is confirmed at once; in AWS its owner must confirm it first and gets nothing before`,
        details: { protocol, endpoint, subscription },
      });
    }
  }
}

import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { EventLog } from '../event-log';
import type { JsonObject } from '../json-value';
import type { ResolvedTemplate } from '../resolved-template';
import type { Action, ActionFactory, RuleIdentity } from '../rule-action';
import { type ActionContext, ActionIdentity } from './action-context';
import { ActionProperties } from './action-properties';
import { cloudwatchLogsAction, type LogGroupEntry } from './cloudwatch-logs-action';
import { EncryptionKeys } from './encryption-keys';
import type { HttpPost, Outbox, Publish } from './ports';
import { recordedAction } from './recorded-actions';
import { republishAction } from './republish-action';
import { RoleAccess } from './role-access';
import { snsAction } from './sns-action';
import { emailProtocol, httpProtocol, recordedProtocol } from './sns-protocols';
import { type SnsProtocol, SnsTopics } from './sns-topics';
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
  /** Posts to SNS subscriptions of this machine over HTTP. @default - they are recorded, not delivered */
  readonly post?: HttpPost;
}

/** The actions of rules and what they wrote. */
export interface Actions extends ActionFactory {
  /** What rules wrote to CloudWatch Logs, by log group. */
  readonly logGroups: ReadonlyMap<string, readonly LogGroupEntry[]>;
}

type Create = (properties: ActionProperties, identity: ActionIdentity) => Action;

/** Makes the actions that a set of templates can run. */
export function createActions(options: ActionsOptions): Actions {
  const context = contextOf(options);
  const logGroups = new Map<string, LogGroupEntry[]>();
  const topics = new SnsTopics(context, protocolsOf(options, context), recordedProtocol(context));
  sayConfirmations(topics, context);
  const kinds: ReadonlyMap<string, Create> = new Map<string, Create>([
    ['Sns', (properties, identity) => snsAction(properties, identity, context, topics)],
    ['Republish', (properties, identity) => republishAction(properties, identity, options.publish)],
    ['CloudwatchLogs', (properties, identity) => cloudwatchLogsAction(properties, identity, context, logGroups)],
  ]);
  return {
    logGroups,
    create: (type: string, properties: JsonObject, rule: RuleIdentity) => {
      const identity = new ActionIdentity(type, rule, context);
      return kinds.get(type)?.(new ActionProperties(properties), identity) ?? recordedAction(properties, identity);
    },
  };
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

function protocolsOf({ outbox, post }: ActionsOptions, context: ActionContext): ReadonlyMap<string, SnsProtocol> {
  const email = emailProtocol(context, outbox);
  const http = httpProtocol(context, post);
  return new Map([
    ['email', email],
    ['email-json', email],
    ['http', http],
    ['https', http],
  ]);
}

/** In AWS an e-mail or HTTP subscription is pending until its owner confirms it. @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
function sayConfirmations(topics: SnsTopics, { log }: ActionContext): void {
  for (const { arn, subscriptions } of topics.all) {
    for (const { protocol, endpoint, arn: subscription } of subscriptions) {
      if (!['email', 'email-json', 'http', 'https'].includes(protocol)) continue;
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

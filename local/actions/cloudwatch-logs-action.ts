import { isJsonObject } from '../json-value';
import type { Action, ActionInvocation } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';

/** One entry of a log group. */
export interface LogGroupEntry {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  readonly message: string;
}

/** The log groups that rules write to, by name; kept in memory for tests to read. */
export type LogGroups = Map<string, LogGroupEntry[]>;

const UNDERTAKING = 'put the log event to CloudWatch Logs';
const PERMISSIONS = ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'];

/** Entries kept per log group; older ones are dropped. */
const MAXIMUM_ENTRIES = 10_000;

/** The `CloudwatchLogs` action. @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html */
export function cloudwatchLogsAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  logGroups: LogGroups,
): Action {
  const groupTemplate = properties.text('LogGroupName');
  const roleArn = properties.text('RoleArn');
  const batchMode = properties.optionalBoolean('BatchMode') ?? false;
  const { region, account, partition } = identity.rule;
  return {
    type: identity.type,
    prepare: (invocation) => {
      const group = invocation.substitute(groupTemplate);
      const arn = `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
      for (const action of PERMISSIONS) {
        identity.authorize({ roleArn, action, resource: `${arn}:log-stream:${identity.rule.name}` }, UNDERTAKING);
      }
      const entries = batchMode ? batchOf(invocation, identity, arn) : [entryOf(invocation, context.clock.now())];
      return {
        resource: arn,
        details: { logGroup: group },
        apply: () => append(logGroups, group, entries),
      };
    },
  };
}

function entryOf(invocation: ActionInvocation, time: number): LogGroupEntry {
  return { time, message: invocation.payload.toString() };
}

/** In batch mode the payload is a list of `{timestamp, message}`. */
function batchOf(invocation: ActionInvocation, identity: ActionIdentity, resource: string): LogGroupEntry[] {
  const list: readonly unknown[] = Array.isArray(invocation.value) ? invocation.value : [];
  const entries = list.flatMap((item) =>
    isJsonObject(item) && typeof item.timestamp === 'number' && typeof item.message === 'string'
      ? [{ time: item.timestamp, message: item.message }]
      : [],
  );
  if (entries.length > 0 && entries.length === list.length) return entries;
  const reason = 'in batch mode the payload must be a list of objects with a number timestamp and a text message';
  throw identity.failure(resource, UNDERTAKING, reason);
}

function append(groups: LogGroups, name: string, entries: readonly LogGroupEntry[]): void {
  const kept = groups.get(name) ?? [];
  kept.push(...entries);
  kept.splice(0, Math.max(0, kept.length - MAXIMUM_ENTRIES));
  groups.set(name, kept);
}

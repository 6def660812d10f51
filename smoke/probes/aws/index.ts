import type { AwsSite } from '../../sites/aws-site';
import type { Probe } from '../probe';
import { connectProbes } from './connects';
import { eventProbes } from './events';
import { publishProbes } from './publishes';
import { ruleProbes, sqlProbes } from './rules';
import { subscriptionProbes } from './subscriptions';
import { willProbes } from './wills';

/** The probes that need only the stack of `bin/aws.ts`, in the order in which they are made. */
export const AWS_STACK_PROBES: readonly Probe<AwsSite>[] = [
  ...willProbes,
  ...connectProbes,
  ...publishProbes,
  ...subscriptionProbes,
  ...eventProbes,
  ...ruleProbes,
];

/** Every probe; those of SQL need rules of their own. */
export const AWS_PROBES: readonly Probe<AwsSite>[] = [...AWS_STACK_PROBES, ...sqlProbes];

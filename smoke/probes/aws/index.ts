import type { AwsSite } from '../../sites/aws-site';
import type { Probe } from '../probe';
import { connectProbes } from './connects';
import { eventProbes } from './events';
import { publishProbes } from './publishes';
import { ruleProbes, sqlProbes } from './rules';
import { subscriptionProbes } from './subscriptions';
import { willProbes } from './wills';

/** Every probe of AWS IoT Core, in the order in which they are made. */
export const AWS_PROBES: readonly Probe<AwsSite>[] = [
  ...willProbes,
  ...connectProbes,
  ...publishProbes,
  ...subscriptionProbes,
  ...eventProbes,
  ...ruleProbes,
  ...sqlProbes,
];

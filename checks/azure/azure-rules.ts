import type { AzureRule } from './azure-subject';
import { groupMatchesNoClient } from './group-matches-no-client';
import { sharedWillTopic } from './shared-will-topic';
import { wildcardTemplate } from './wildcard-template';
import { willLimits } from './will-limits';
import { willNotPublishable } from './will-not-publishable';

/** Every rule for Azure, in the order in which findings are told. */
export const AZURE_RULES: readonly AzureRule[] = [
  willLimits,
  willNotPublishable,
  sharedWillTopic,
  groupMatchesNoClient,
  wildcardTemplate,
];

import { anonymousTemplate } from './anonymous-template';
import type { AzureRule } from './azure-subject';
import { caCertificateMissing } from './ca-certificate-missing';
import { groupMatchesNoClient } from './group-matches-no-client';
import { notProved } from './not-proved';
import { sharedCertificate } from './shared-certificate';
import { sharedWillTopic } from './shared-will-topic';
import { wildcardTemplate } from './wildcard-template';
import { willLimits } from './will-limits';
import { willNotHeard } from './will-not-heard';
import { willNotPublishable } from './will-not-publishable';
import { willTiming } from './will-timing';

/** Every rule for Azure, in the order in which findings are told. */
export const AZURE_RULES: readonly AzureRule[] = [
  willLimits,
  willNotPublishable,
  sharedWillTopic,
  willTiming,
  willNotHeard,
  groupMatchesNoClient,
  wildcardTemplate,
  anonymousTemplate,
  sharedCertificate,
  caCertificateMissing,
  notProved,
];

import type { AwsRule } from './aws-subject';
import { clientIdSpoofing } from './client-id-spoofing';
import { errorActionMissing } from './error-action-missing';
import { notProved } from './not-proved';
import { republishLoop } from './republish-loop';
import { ruleCannotMatchWill } from './rule-cannot-match-will';
import { ruleNotPermitted } from './rule-not-permitted';
import { ruleTopics } from './rule-topics';
import { sharedCertificate } from './shared-certificate';
import { sharedWillTopic } from './shared-will-topic';
import { snsJsonDefault } from './sns-json-default';
import { sqlInvalid } from './sql-invalid';
import { sqlVersionMissing } from './sql-version-missing';
import { wildcardStatement } from './wildcard-statement';
import { willNotHeard } from './will-not-heard';
import { willNotPublishable } from './will-not-publishable';
import { willNotRetainable } from './will-not-retainable';
import { willTiming } from './will-timing';
import { willTopic } from './will-topic';

/** Every rule for AWS, in the order in which findings are told. */
export const AWS_RULES: readonly AwsRule[] = [
  willTopic,
  willNotPublishable,
  willNotRetainable,
  sharedWillTopic,
  willTiming,
  willNotHeard,
  ruleCannotMatchWill,
  sqlInvalid,
  sqlVersionMissing,
  ruleTopics,
  republishLoop,
  snsJsonDefault,
  ruleNotPermitted,
  errorActionMissing,
  clientIdSpoofing,
  wildcardStatement,
  sharedCertificate,
  notProved,
];

import type { Check } from '../check';
import { endpoint } from '../checks/endpoint';
import type { Subject } from '../ports';
import { account } from './checks/account';
import { certificateValid } from './checks/certificate-valid';
import { emailsConfirmed } from './checks/emails-confirmed';
import { errorAction } from './checks/error-action';
import { keyAndCertificate } from './checks/key-and-certificate';
import { mayConnect, mayLeaveWill, mayPublish, maySubscribe } from './checks/policy-allows';
import { roleAllowsActions } from './checks/role-allows-actions';
import { ruleMatchesWill } from './checks/rule-matches-will';
import { thingAttached } from './checks/thing-attached';
import type { AwsPorts } from './ports';

/**
 * Every check on AWS, in the order in which a device meets what they look at.
 * @public loaded where it is needed
 */
export function awsChecks({ publishTopic, subscribeFilter }: Subject): readonly Check<AwsPorts>[] {
  return [
    account,
    endpoint,
    keyAndCertificate,
    certificateValid,
    thingAttached,
    mayConnect,
    mayLeaveWill,
    ...(publishTopic === undefined ? [] : [mayPublish(publishTopic)]),
    ...(subscribeFilter === undefined ? [] : [maySubscribe(subscribeFilter)]),
    ruleMatchesWill,
    roleAllowsActions,
    emailsConfirmed,
    errorAction,
  ];
}

import type { Check } from '../check';
import { endpoint } from '../checks/endpoint';
import { account } from './checks/account';
import { certificateAccepted } from './checks/certificate-accepted';
import { certificateValid } from './checks/certificate-valid';
import { client } from './checks/client';
import { clientGroups } from './checks/client-groups';
import { eventSubscription } from './checks/event-subscription';
import { keyAndCertificate } from './checks/key-and-certificate';
import { mayLeaveWill, mayPublish, maySubscribe } from './checks/may';
import { namespace } from './checks/namespace';
import { routing } from './checks/routing';
import { routingIdentity } from './checks/routing-identity';
import { sessions } from './checks/sessions';
import { willDelay } from './checks/will-delay';
import { willHeard } from './checks/will-heard';
import type { AzurePorts, AzureSubject } from './ports';

/**
 * Every check on Azure, in the order in which a device meets what they look at.
 * @public loaded where it is needed
 */
export function azureChecks({ publishTopic, subscribeFilter }: AzureSubject): readonly Check<AzurePorts>[] {
  return [
    account,
    namespace,
    endpoint,
    keyAndCertificate,
    certificateValid,
    client,
    certificateAccepted,
    sessions,
    clientGroups,
    mayLeaveWill,
    ...(publishTopic === undefined ? [] : [mayPublish(publishTopic)]),
    ...(subscribeFilter === undefined ? [] : [maySubscribe(subscribeFilter)]),
    willDelay,
    routing,
    routingIdentity,
    eventSubscription,
    willHeard,
  ];
}

import type { ConnectOptions } from '../../mqtt/conversation';
import { announced } from '../../mqtt/wording';
import type { AzureSite } from '../../sites/azure-site';
import {
  assignedClientId,
  type Caller,
  connackOf,
  fateInBothVersions,
  fateOfConnect,
  grantedKeepAlives,
  grantedSessionExpiries,
} from '../connecting';
import type { Probe } from '../probe';
import { Scene } from '../scene';
import { callerAs, named } from './client';
import { PAGES } from './pages';

const PROFILE = 'local/broker/profiles/azure.ts';
const NOT_AUTHORIZED = `reasons.refusal.notAuthorized of ${PROFILE}`;
const BOTH_VERSIONS = { 'MQTT 5': NOT_AUTHORIZED, 'MQTT 3.1.1': NOT_AUTHORIZED };

/** What CONNACK says, and whom it refuses. */
export const connectProbes: readonly Probe<AzureSite>[] = [
  {
    name: 'CONNACK',
    question: 'which limits and features does the broker announce?',
    source: PAGES.support,
    undocumented: {
      receiveMaximum: `limits.receiveMaximum of ${PROFILE}`,
      sharedSubscriptionAvailable: `features.sharedSubscriptions of ${PROFILE}`,
      retainAvailable: `features.retain of ${PROFILE}`,
      serverKeepAlive: `behaviour.saysEverythingInConnack of ${PROFILE}`,
      wildcardSubscriptionAvailable: `behaviour.saysEverythingInConnack of ${PROFILE}`,
    },
    observe: (site) => Scene.play(site, async (scene) => announced(await connackOf(scene, sensor(site)))),
  },
  {
    name: 'keep alive',
    question: 'which keep alive does the broker grant instead of 0 and 2000 s?',
    source: PAGES.support,
    undocumented: { '0': `limits.keepAlive of ${PROFILE}` },
    observe: (site) => grantedKeepAlives(site, sensor(site), [0, 2_000]),
  },
  {
    name: 'session expiry interval',
    question: 'what does CONNACK say of 300 s, and of a day, which is above the namespace’s hour?',
    source: PAGES.support,
    undocumented: { '300': `behaviour.sessionExpiryInConnack of ${PROFILE}` },
    observe: (site) => grantedSessionExpiries(site, sensor(site), [300, 86_400]),
  },
  {
    name: 'empty client id',
    question: 'who gets a client id assigned?',
    source: PAGES.support,
    undocumented: { 'MQTT 3.1.1': `behaviour.assignsClientIdTo311 of ${PROFILE}` },
    observe: (site) => assignedClientId(site, sensor(site)),
  },
  {
    name: 'unknown client',
    question: 'how is an authentication name refused that the namespace does not know?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => fateInBothVersions(site, sensor(site, { username: `${site.deployment.sensor}-nobody` })),
  },
  {
    name: 'certificate of somebody else',
    question: 'how is a client refused whose certificate has another thumbprint?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => fateInBothVersions(site, sensor(site, { username: site.deployment.otherSensor })),
  },
  {
    name: 'no username',
    question: 'how is a client refused that does not say its authentication name?',
    source: PAGES.authentication,
    undocumented: BOTH_VERSIONS,
    observe: (site) => fateInBothVersions(site, sensor(site, { username: undefined })),
  },
  {
    name: 'second session of one client',
    question: 'how is a second session refused where one is allowed?',
    source: PAGES.sessions,
    undocumented: { 'MQTT 5': `reasons.refusal.quotaExceeded of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { sensor: name } = site.deployment;
        await scene.enter(site.as(name), named(name));
        return { 'MQTT 5': await fateOfConnect(scene, sensor(site, { clientId: `${name}-second` })) };
      }),
  },
  {
    name: 'session of another client',
    question: 'how is a client refused that takes the session name of another?',
    source: PAGES.support,
    undocumented: { 'MQTT 5': NOT_AUTHORIZED },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const { sensor: name, otherSensor } = site.deployment;
        await scene.enter(site.as(otherSensor), named(otherSensor));
        return { 'MQTT 5': await fateOfConnect(scene, sensor(site, { clientId: otherSensor, username: name })) };
      }),
  },
  {
    name: 'user properties in CONNECT',
    question: 'how are user properties refused that are not of a message?',
    source: PAGES.support,
    undocumented: { 'MQTT 5': `reasons.unexpectedUserProperties of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => ({
        'MQTT 5': await fateOfConnect(scene, sensor(site, { properties: { userProperties: { colour: 'red' } } })),
      })),
  },
  {
    name: 'authentication method',
    question: 'how is an authentication method refused that the namespace does not know?',
    source: PAGES.authentication,
    undocumented: { 'MQTT 5': `reasons.refusal.badAuthenticationMethod of ${PROFILE}` },
    observe: (site) =>
      Scene.play(site, async (scene) => {
        const properties = { authenticationMethod: 'SMOKE', authenticationData: Buffer.from('x') };
        return { 'MQTT 5': await fateOfConnect(scene, sensor(site, { properties })) };
      }),
  },
];

/** The sensor, with its certificate. */
function sensor(site: AzureSite, changes: Partial<ConnectOptions> = {}): Caller {
  return callerAs(site, site.deployment.sensor, changes);
}

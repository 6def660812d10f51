import type { AwsOptions } from '../../../local/aws-cloud';
import { AWS_PROFILE } from '../../../local/broker/profiles/aws';
import { AWS_PROBES } from '../../../smoke/probes/aws';
import { compare, resultOf } from '../../../smoke/probes/comparison';
import type { ProbeResult } from '../../../smoke/probes/probe';
import { embeddedAws } from '../../../smoke/sites/embedded-aws';
import { AWS_DEPLOYMENT, smokeTemplates } from '../aws-stage';

const templates = smokeTemplates();

/** What is seen when the options change, in all probes or in those named. */
async function observe(options: Partial<AwsOptions>, names = AWS_PROBES.map(({ name }) => name)) {
  const site = await embeddedAws({ templates, ...options }, AWS_DEPLOYMENT);
  const results = new Map<string, ProbeResult>();
  for (const probe of AWS_PROBES) if (names.includes(probe.name)) results.set(probe.name, await resultOf(probe, site));
  await site.close();
  return results;
}

let embedded: ReadonlyMap<string, ProbeResult>;

beforeAll(async () => {
  embedded = await observe({});
});

/** What differs when another embedded AWS stands for the real one. */
async function differences(options: Partial<AwsOptions>, names?: string[]) {
  const real = await observe(options, names);
  const results = AWS_PROBES.flatMap((probe) => {
    const [one, other] = [real.get(probe.name), embedded.get(probe.name)];
    return one === undefined || other === undefined ? [] : [{ probe, real: one, embedded: other }];
  });
  return compare(results);
}

test('every probe can be made, and sees no difference between two embedded clouds', async () => {
  const { observations, unobserved } = await differences({});

  expect(unobserved).toEqual([]);
  expect(observations.filter(({ equal }) => !equal)).toEqual([]);
  expect(new Set(observations.map(({ probe }) => probe)).size).toBe(AWS_PROBES.length);
});

test('every probe has a name of its own and cites a page of AWS', () => {
  expect(new Set(AWS_PROBES.map(({ name }) => name)).size).toBe(AWS_PROBES.length);
  for (const { source } of AWS_PROBES) expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
});

const { limits } = AWS_PROFILE;

test.each<[string, AwsOptions['profile'], string, object[]]>([
  [
    'a will delay that is honoured',
    { limits: { willDelay: { maximumSeconds: 300, above: 'lowered' } } },
    'will delay interval',
    [
      {
        observation: 'before the delay is over',
        real: 'not published',
        embedded: 'published',
        option: 'limits.willDelay of local/broker/profiles/aws.ts',
      },
      {
        observation: 'once it is over',
        real: 'published',
        embedded: 'not published',
        option: 'limits.willDelay of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'another maximum packet size',
    { limits: { packetBytes: 131_072 } },
    'CONNACK',
    [
      {
        observation: 'maximumPacketSize',
        real: 131_072,
        embedded: 149_504,
        option: 'limits.packetBytes of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'QoS 0 publishes that are dropped in silence',
    { behaviour: { deniedQos0Publish: 'dropped' } },
    'publish that the policy forbids',
    [
      {
        observation: 'MQTT 5, QoS 0',
        real: 'no answer, stays connected',
        embedded: 'DISCONNECT 0x87, connection ended',
        option: 'behaviour.deniedQos0Publish of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'publishes whose refusal ends the connection',
    { behaviour: { deniedPublish: 'disconnected' } },
    'publish that the policy forbids',
    [
      {
        observation: 'MQTT 5, QoS 1',
        real: 'DISCONNECT 0x87, connection ended',
        embedded: 'PUBACK 0x87, stays connected',
        option: 'behaviour.deniedPublish of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'subscriptions whose refusal ends the connection',
    { behaviour: { deniedSubscribe: 'disconnected' } },
    'subscription that the policy forbids',
    [
      { observation: 'MQTT 5', real: 'DISCONNECT 0x87, connection ended', embedded: 'SUBACK 0x87, stays connected' },
      {
        observation: 'MQTT 5, one of two',
        real: 'DISCONNECT 0x87, connection ended',
        embedded: 'SUBACK 0x01 0x87, stays connected',
        option: 'behaviour.deniedSubscribe of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'a CONNACK that says a session expiry of 0 whatever was granted',
    { behaviour: { sessionExpiryInConnack: 'zero' } },
    'session expiry interval',
    [
      { observation: '300', real: 0, embedded: 'not said' },
      {
        observation: '86400',
        real: 0,
        embedded: 3_600,
        option: 'behaviour.sessionExpiryInConnack of local/broker/profiles/aws.ts',
      },
    ],
  ],
  [
    'another lowest keep alive',
    { limits: { keepAlive: { ...limits.keepAlive, minimumSeconds: 5 } } },
    'keep alive',
    [{ observation: '10', real: 10, embedded: 30 }],
  ],
  [
    'a close frame that does not discard the will',
    { behaviour: { webSocketCloseDiscardsWill: false } },
    'will after a WebSocket close frame',
    [{ observation: 'will', real: 'published', embedded: 'not published' }],
  ],
  [
    'redelivery with DUP',
    { behaviour: { duplicateFlagOnRedelivery: true } },
    'delivery without PUBACK',
    [{ observation: 'DUP', real: true, embedded: false }],
  ],
])('%s is found and named', async (_what, profile, name, expected) => {
  const { observations } = await differences({ profile }, [name]);

  expect(observations.filter(({ equal }) => !equal)).toEqual(expected.map((each) => expect.objectContaining(each)));
});

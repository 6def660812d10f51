import type { Duplex } from 'node:stream';
import { DeviceAgent, Fleet, type FleetProfile, type FleetReport, parseFleetProfile } from '../../../device';
import { Broker } from '../../../local/broker/broker';
import { memoryConnection } from '../../../local/broker/memory-connection';
import { permissiveAuthenticator } from '../../../local/broker/permissive-authenticator';
import { PROFILES } from '../../../local/broker/profiles';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import { letTimePass } from '../let-time-pass';

async function run(profile: FleetProfile, count: number, dropWills = false): Promise<FleetReport> {
  const clock = new ManualClock();
  const broker = new Broker({ profile: PROFILES.mqtt, clock, authenticator: permissiveAuthenticator() });
  const openStream = async (): Promise<Duplex> => {
    const { client, server } = memoryConnection();
    broker.accept(server, { transport: 'memory', remoteAddress: 'memory', certificates: [] });
    return client;
  };
  const randomness = seededRandomness(1);
  const make = (clientId: string, options = {}) =>
    new DeviceAgent({ endpoint: 'mqtt://embedded.test', clientId, ...options }, { clock, openStream, randomness });
  const fleet = new Fleet({
    count,
    profile,
    clock,
    name: (index) => `device-${index}`,
    device: (index, options) => make(`device-${index}`, dropWills ? { keepAliveSeconds: 30 } : options),
    watcher: () => make('watcher'),
  });
  const report = fleet.run();
  await letTimePass(clock, report);
  await letTimePass(clock, broker.close());
  return report;
}

test('a mass outage and churn of every kind leave no will missing, duplicated, late or unexpected', async () => {
  const profile = parseFleetProfile({
    durationSeconds: 60,
    keepAliveSeconds: 4,
    churn: { cuts: 2, silences: 1, restarts: 1, cleanExits: 2 },
  });

  const { wills, ends, connects } = await run(profile, 30);

  expect(wills).toEqual({
    expected: ends.cut + ends.silence,
    seen: wills.expected,
    missing: 0,
    duplicated: 0,
    late: 0,
    unexpected: 0,
  });
  expect(ends.cut).toBeGreaterThanOrEqual(30);
  expect(ends.silence).toBeGreaterThan(0);
  expect(ends['clean exit']).toBeGreaterThan(0);
  expect(connects).toBeGreaterThan(60);
});

test('the same seed gives the same account', async () => {
  const profile = parseFleetProfile({ durationSeconds: 20, keepAliveSeconds: 4 });

  expect(await run(profile, 10)).toEqual(await run(profile, 10));
});

test('counts as missing what a broker does not publish', async () => {
  const profile = parseFleetProfile({
    durationSeconds: 4,
    churn: { cuts: 0, silences: 0, restarts: 0, cleanExits: 0 },
  });

  const { wills } = await run(profile, 5, true);

  expect(wills).toMatchObject({ expected: 5, seen: 0, missing: 5 });
});

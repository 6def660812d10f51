import { Session } from 'node:inspector/promises';
import { Broker } from '../local/broker/broker';
import { listenTcp } from '../local/broker/listeners/tcp';
import { permissiveAuthenticator } from '../local/broker/permissive-authenticator';
import { MQTT_PROFILE } from '../local/broker/profiles/mqtt';
import { SystemClock } from '../presence/clock';
import { startFleet } from './broker/fleet';
import { RawClient } from './broker/raw-client';
async function main() {
  const broker = new Broker({ profile: MQTT_PROFILE, clock: new SystemClock(), authenticator: permissiveAuthenticator() });
  const l = await listenTcp(broker);
  const w = await RawClient.connect({ port: l.port }, { clientId: 'watcher' });
  await w.subscribe('bench/will/#', 1);
  for (let i = 0; i < 3; i++) {
    const fleet = await startFleet({ port: l.port, clients: 2000, wills: true });
    await new Promise(r => setTimeout(r, 300));
    const s = new Session(); s.connect();
    await s.post('Profiler.enable'); await s.post('Profiler.setSamplingInterval', { interval: 100 }); await s.post('Profiler.start');
    const t0 = performance.now();
    let n = 0; const done = new Promise<void>(r => { w.onPublish = () => { if (++n === 2000) r(); }; });
    fleet.cut(); await done; const t = performance.now() - t0;
    const { profile } = await s.post('Profiler.stop') as any;
    const self = new Map<string, number>();
    const dt = profile.timeDeltas; const byId = new Map(profile.nodes.map((n: any) => [n.id, n]));
    profile.samples.forEach((id: number, i: number) => { const nd: any = byId.get(id); const k = nd.callFrame.functionName + ' ' + nd.callFrame.url.split('/').slice(-1) + ':' + nd.callFrame.lineNumber; self.set(k, (self.get(k) ?? 0) + dt[i]); });
    console.log(`round ${i}: ${t.toFixed(1)}ms`);
    if (i === 2) for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 45)) console.log((v / 1000).toFixed(2), k);
    await new Promise(r => setTimeout(r, 1000));
  }
  process.exit(0);
}
void main();

import type { IConnackPacket } from 'mqtt-packet';
import type { ConnectOptions } from '../mqtt/conversation';
import { fateOf, wordingOf } from '../mqtt/wording';
import type { Dial, Site } from '../sites/site';
import type { Observation, Observations } from './probe';
import { Scene } from './scene';

/** Who connects, over which socket. */
export interface Caller {
  readonly dial: Dial;
  readonly connect: ConnectOptions;
}

/** What CONNACK says to a client that leaves at once; `undefined` when none came. */
export async function connackOf(scene: Scene, { dial, connect }: Caller): Promise<IConnackPacket | undefined> {
  const client = await scene.open(dial);
  const answer = await client.connect(connect);
  await client.leave();
  return answer?.cmd === 'connack' ? answer : undefined;
}

/** How a connect goes. */
export async function fateOfConnect(scene: Scene, caller: Caller, protocolVersion: 4 | 5 = 5): Promise<string> {
  const client = await scene.open(caller.dial, { protocolVersion });
  return fateOf(client, await client.connect(caller.connect));
}

/** How a connect goes in both versions of MQTT. */
export function fateInBothVersions(site: Site, caller: Caller): Promise<Observations> {
  return Scene.play(site, async (scene) => ({
    'MQTT 5': await fateOfConnect(scene, caller),
    'MQTT 3.1.1': await fateOfConnect(scene, caller, 4),
  }));
}

/** Which keep alive is granted instead of each, in seconds. */
export function grantedKeepAlives(
  site: Site,
  { dial, connect }: Caller,
  wishes: readonly number[],
): Promise<Observations> {
  return Scene.play(site, (scene) =>
    eachOf(wishes, async (keepalive) => {
      const answer = await connackOf(scene, { dial, connect: { ...connect, keepalive } });
      return answer?.properties?.serverKeepAlive ?? 'not said';
    }),
  );
}

/** Which session expiry interval CONNACK tells instead of each, in seconds. */
export function grantedSessionExpiries(
  site: Site,
  { dial, connect }: Caller,
  wishes: readonly number[],
): Promise<Observations> {
  return Scene.play(site, async (scene) => {
    const granted = async (sessionExpiryInterval: number): Promise<Observation> => {
      const answer = await connackOf(scene, { dial, connect: { ...connect, properties: { sessionExpiryInterval } } });
      return answer?.properties?.sessionExpiryInterval ?? 'not said';
    };
    const seen = await eachOf(wishes, granted);
    // A session of 0 s ends with its connection, so that the next probe finds none.
    await granted(0);
    return seen;
  });
}

/** Whether a client without an id gets one assigned. */
export function assignedClientId(site: Site, { dial, connect }: Caller): Promise<Observations> {
  const nameless = { dial, connect: { ...connect, clientId: '' } };
  return Scene.play(site, async (scene) => {
    const answer = await connackOf(scene, nameless);
    return {
      'MQTT 5': wordingOf(answer),
      'an id is assigned': answer?.properties?.assignedClientIdentifier !== undefined,
      'MQTT 3.1.1': await fateOfConnect(scene, nameless, 4),
    };
  });
}

async function eachOf(
  wishes: readonly number[],
  observe: (wish: number) => Promise<Observation>,
): Promise<Observations> {
  const seen: [string, Observation][] = [];
  for (const wish of wishes) seen.push([String(wish), await observe(wish)]);
  return Object.fromEntries(seen);
}

import { type AzureCloudParts, createAzureCloud } from '../../../local/azure/azure-cloud';
import { Broker } from '../../../local/broker/broker';
import { memoryConnection } from '../../../local/broker/memory-connection';
import type { BrokerEvent } from '../../../local/broker/ports';
import { AZURE_PROFILE } from '../../../local/broker/profiles/azure';
import type { LogEntry } from '../../../local/event-log';
import { InProcessClient, type InProcessConnectOptions } from '../../../local/in-process-client';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import { fixtureCertificate, lwtTemplate } from './lwt-template';

/** The stack of the announcement behind a real broker; certificates instead of TLS. */
class World {
  readonly entries: LogEntry[] = [];
  readonly events: BrokerEvent[] = [];
  readonly clock = new ManualClock(Date.parse('2026-11-22T00:00:00Z'));
  readonly parts: AzureCloudParts;
  readonly #broker: Broker;

  constructor(options: { readonly willAuthorization?: 'at-connect' | 'at-publish' } = {}) {
    const { clock } = this;
    const randomness = seededRandomness(1);
    const log = { write: (entry: LogEntry) => this.entries.push(entry) };
    this.parts = createAzureCloud({ template: lwtTemplate(), clock, randomness, log });
    const { authenticator, sink } = this.parts;
    const observe = (event: BrokerEvent): void => {
      this.events.push(event);
      this.parts.observe(event);
    };
    this.#broker = new Broker({
      profile: AZURE_PROFILE,
      clock,
      randomness,
      authenticator,
      sink,
      observer: { observe },
      ...options,
    });
  }

  connect(name: string, options: Partial<InProcessConnectOptions> = {}): Promise<InProcessClient> {
    const { client, server } = memoryConnection();
    const certificates = [fixtureCertificate(name)];
    this.#broker.accept(server, { transport: 'tls', remoteAddress: '127.0.0.1', certificates });
    return InProcessClient.connect(client, { clientId: name, username: name, ...options });
  }

  will(name: string, topic = `clients/${name}/status`): Partial<InProcessConnectOptions> {
    return { will: { topic, payload: 'offline', qos: 1 } };
  }

  refusals(): string[] {
    return this.events.flatMap((event) => (event.kind === 'refused' ? [event.explanation.reason] : []));
  }
}

async function nextMessage(client: InProcessClient, count = 1): Promise<string[]> {
  while (client.received.length < count) await new Promise((resolve) => client.onMessage(resolve));
  return client.received.map(({ topic, payload }) => `${topic} ${payload}`);
}

test.each([4, 5] as const)(
  'the wills of sensors that are cut off reach the actuator (version %d)',
  async (protocolVersion) => {
    const world = new World();
    const actuator = await world.connect('actuator1', { protocolVersion });
    expect(await actuator.subscribe('clients/+/status', { qos: 1 })).toEqual([1]);
    const sensor1 = await world.connect('sensor1', { protocolVersion, ...world.will('sensor1') });
    const sensor2 = await world.connect('sensor2', { protocolVersion, ...world.will('sensor2') });

    sensor1.cut();
    await nextMessage(actuator, 1);
    sensor2.cut();

    expect(await nextMessage(actuator, 2)).toEqual([
      'clients/sensor1/status offline',
      'clients/sensor2/status offline',
    ]);
  },
);

test('a sensor that disconnects properly leaves no will', async () => {
  const world = new World();
  const actuator = await world.connect('actuator1');
  await actuator.subscribe('clients/+/status', { qos: 1 });
  const sensor = await world.connect('sensor1', world.will('sensor1'));

  await sensor.disconnect();

  await actuator.ping();
  expect(actuator.received).toEqual([]);
});

test.each([
  [5, 'reason code 0x87'],
  [4, 'reason code 0x5'],
] as const)(
  'a sensor whose will topic it may not publish on cannot connect (version %d: %s)',
  async (protocolVersion, code) => {
    const world = new World();

    const attempt = world.connect('sensor1', { protocolVersion, ...world.will('sensor1', 'clients/sensor2/status') });

    await expect(attempt).rejects.toThrow(code);
    expect(world.refusals()).toEqual([
      "'sensor1' may not publish on 'clients/sensor2/status': no topic template of a Publisher binding covers this topic; " +
        "nearest is binding 'sensorsPub': group 'sensors' on topic space 'lwtPub', template 'clients/${client.authenticationName}/status', for this client 'clients/sensor1/status'",
    ]);
  },
);

test('checked at publish, the same sensor connects and its will is dropped', async () => {
  const world = new World({ willAuthorization: 'at-publish' });
  const actuator = await world.connect('actuator1');
  await actuator.subscribe('clients/+/status', { qos: 1 });
  const sensor = await world.connect('sensor1', world.will('sensor1', 'clients/sensor2/status'));

  sensor.cut();
  await sensor.closed();
  await actuator.ping();

  expect(actuator.received).toEqual([]);
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'will', outcome: 'refused' }));
});

test('an actuator is told why it is no sensor', async () => {
  const world = new World();

  await expect(world.connect('actuator1', world.will('actuator1'))).rejects.toThrow('reason code 0x87');

  expect(world.refusals()[0]).toContain("but the client is not in that group: attributes.type is 'actuator'");
});

test('a filter that does not fit inside a template is refused, and the connection stays', async () => {
  const world = new World();
  const actuator = await world.connect('actuator1');

  expect(await actuator.subscribe(['clients/sensor1/status', 'clients/#', '#'], { qos: 1 })).toEqual([1, 0x87, 0x87]);

  expect(actuator.isOpen).toBe(true);
  expect(world.refusals()[1]).toBe(
    "'actuator1' may not subscribe to '#': no topic template of a Subscriber binding covers this filter; " +
      "nearest is binding 'actuatorsSub': group 'actuators' on topic space 'lwtSub', template 'clients/+/status', for this client 'clients/+/status'",
  );
});

test('a publish on an own topic is accepted, on another one’s it is answered with 0x87', async () => {
  const world = new World();
  const sensor = await world.connect('sensor1');

  expect(await sensor.publish({ topic: 'clients/sensor1/status', payload: 'x', qos: 1 })).toMatchObject({
    reasonCode: 0,
  });
  expect(await sensor.publish({ topic: 'clients/sensor2/status', payload: 'x', qos: 1 })).toMatchObject({
    reasonCode: 0x87,
  });
});

test('a session belongs to its authentication name, and nobody else can take it over', async () => {
  const world = new World();
  await world.connect('sensor1', { clientId: 'shared' });

  await expect(world.connect('sensor2', { clientId: 'shared' })).rejects.toThrow('reason code 0x87');
  expect(world.refusals()).toEqual(["the session 'shared' belongs to another client"]);
});

test('the same name and session name take the connection over', async () => {
  const world = new World();
  const first = await world.connect('sensor1');

  await world.connect('sensor1');
  await first.closed();

  expect(first.disconnectReasonCode).toBe(0x8e);
});

test('a new session name each time locks the client out until the old session ends', async () => {
  const world = new World();
  const first = await world.connect('sensor1', { clientId: 'one', sessionExpirySeconds: 60 });
  first.cut();
  await first.closed();

  await expect(world.connect('sensor1', { clientId: 'two' })).rejects.toThrow('reason code 0x97');
  world.clock.advance(60_000);
  const second = await world.connect('sensor1', { clientId: 'two' });
  expect(second.isOpen).toBe(true);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-life-cycle-events
test('life-cycle events count connections and give the reason of a disconnection', async () => {
  const world = new World();
  const first = await world.connect('sensor1');
  await first.disconnect();
  const second = await world.connect('sensor1');
  second.cut();
  await second.closed();

  const events = world.entries.map(({ payload }) => JSON.parse(String(payload)));
  expect(events.map(({ type, data }) => [type, data.sequenceNumber, data.disconnectionReason])).toEqual([
    ['Microsoft.EventGrid.MQTTClientSessionConnected', 1, undefined],
    ['Microsoft.EventGrid.MQTTClientSessionDisconnected', 1, 'ClientInitiatedDisconnect'],
    ['Microsoft.EventGrid.MQTTClientSessionConnected', 2, undefined],
    ['Microsoft.EventGrid.MQTTClientSessionDisconnected', 2, 'ConnectionLost'],
  ]);
  expect(events[0]).toMatchObject({
    specversion: '1.0',
    time: '2026-11-22T00:00:00.000Z',
    source: '/subscriptions/s/resourceGroups/rg1/providers/Microsoft.EventGrid/namespaces/ns1',
    subject: 'clients/sensor1/sessions/sensor1',
    data: { namespaceName: 'ns1', clientAuthenticationName: 'sensor1', clientSessionName: 'sensor1' },
  });
});

test('everyone who can connect is listed with thumbprints', () => {
  expect(new World().parts.identities).toContainEqual({
    name: 'sensor1',
    clientId: 'sensor1',
    thumbprints: [expect.stringMatching(/^[0-9a-f]{64}$/)],
  });
});

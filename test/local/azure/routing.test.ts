import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAzureCloud } from '../../../local/azure/azure-cloud';
import { type Http, type HttpExchange, nodeHttp } from '../../../local/azure/webhook';
import type { LogEntry } from '../../../local/event-log';
import type { Message } from '../../../local/ports';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import { lwtResources, lwtTemplate } from './lwt-template';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
type Json = Record<string, unknown>;

const will: Message = {
  topic: 'clients/sensor1/status',
  payload: Buffer.from('offline'),
  qos: 1,
  retain: false,
  properties: {},
};
const origin = { kind: 'will', clientId: 'sensor1', principal: 'sensor1', depth: 0 } as const;

function routedTo(
  destination: Json,
  retryPolicy: Json = {},
  subscriptionType = 'Microsoft.EventGrid/topics/eventSubscriptions',
): ReturnType<typeof lwtTemplate> {
  const topicSpacesConfiguration = {
    state: 'Enabled',
    routeTopicResourceId: '${azapi_resource.topic.id}',
    routingEnrichments: {
      static: [{ key: 'site', valueType: 'String', value: 'north' }],
      dynamic: [{ key: 'clientname', value: '$${client.authenticationName}' }],
    },
  };
  const filter = { includedEventTypes: ['MQTT.EventPublished'], subjectEndsWith: '/status' };
  return lwtTemplate({
    ns: { ...lwtResources().ns, body: { properties: { topicSpacesConfiguration } } },
    topic: {
      type: 'Microsoft.EventGrid/topics@2025-02-15',
      name: 'routed',
      parent_id: '/subscriptions/s/resourceGroups/rg1',
      location: 'westus2',
      body: { properties: { inputSchema: 'CloudEventSchemaV1_0' } },
    },
    subscription: {
      type: `${subscriptionType}@2025-02-15`,
      name: 'wills',
      parent_id: '${azapi_resource.topic.id}',
      body: { properties: { destination, filter, retryPolicy } },
    },
  });
}

const webhook = (endpointUrl: string): Json => ({ endpointType: 'WebHook', properties: { endpointUrl } });

function world(template: ReturnType<typeof lwtTemplate>, http?: Http) {
  const entries: LogEntry[] = [];
  const waiting: (() => void)[] = [];
  const log = {
    write: (entry: LogEntry) => {
      entries.push(entry);
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const clock = new ManualClock(0);
  const parts = createAzureCloud({
    template,
    clock,
    randomness: seededRandomness(1),
    log,
    ...(http === undefined ? {} : { http }),
  });
  const logged = async (count: number): Promise<LogEntry[]> => {
    while (entries.length < count) await new Promise<void>((wake) => waiting.push(wake));
    return entries;
  };
  return { ...parts, entries, clock, logged };
}

test('a will is delivered to a webhook of this machine, after the handshake', async () => {
  const seen: { method: string | undefined; origin: unknown; type: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { 'webhook-request-origin': asked, 'content-type': type } = request.headers;
      seen.push({ method: request.method, origin: asked, type, body });
      response.writeHead(200, { 'webhook-allowed-origin': '*' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { sink, logged } = world(routedTo(webhook(`http://127.0.0.1:${port}/hook`)), nodeHttp);

    expect(sink.accept(will, origin)).toBe('deliver');

    const [entry] = await logged(1);
    expect(entry).toMatchObject({
      type: 'action',
      action: 'WebHook',
      topic: 'clients/sensor1/status',
      details: { outcome: 'succeeded', eventSubscription: 'wills' },
    });
    expect(seen.map(({ method, origin: asked }) => [method, asked])).toEqual([
      ['OPTIONS', 'eventgrid.azure.net'],
      ['POST', undefined],
    ]);
    expect(seen[1]?.type).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({
      type: 'MQTT.EventPublished',
      source: 'ns1',
      subject: 'clients/sensor1/status',
      site: 'north',
      clientname: 'sensor1',
      data_base64: 'b2ZmbGluZQ==',
    });
  } finally {
    server.close();
  }
});

test('an event subscription may be an extension of its topic', () => {
  const { sink, entries } = world(
    routedTo(webhook('https://example.com/hook'), {}, 'Microsoft.EventGrid/eventSubscriptions'),
  );

  sink.accept(will, origin);

  expect(entries).toMatchObject([
    { type: 'action', action: 'WebHook', details: { outcome: 'recorded', eventSubscription: 'wills' } },
  ]);
});

test('what would leave this machine is recorded, not sent', () => {
  const sent: HttpExchange[] = [];
  const http: Http = async (exchange) => {
    sent.push(exchange);
    return { status: 200, headers: {} };
  };
  const { sink, entries } = world(routedTo(webhook('https://example.com/hook')), http);

  sink.accept(will, origin);

  expect(entries).toMatchObject([
    { action: 'WebHook', resource: 'https://example.com/hook', details: { outcome: 'recorded' } },
  ]);
  expect(sent).toEqual([]);
});

test('a queue is recorded with what it would receive', () => {
  const { sink, entries } = world(routedTo({ endpointType: 'ServiceBusQueue', properties: { resourceId: '/queue' } }));

  sink.accept(will, origin);

  expect(entries).toMatchObject([{ action: 'ServiceBusQueue', resource: '/queue', details: { outcome: 'recorded' } }]);
  expect(JSON.parse(String(entries[0]?.payload))).toMatchObject({ subject: 'clients/sensor1/status' });
});

test('a message that no subscription lets through is recorded at the topic', () => {
  const { sink, entries } = world(routedTo(webhook('http://localhost:1/')));

  sink.accept({ ...will, topic: 'clients/sensor1/telemetry' }, origin);

  expect(entries).toMatchObject([
    { action: 'EventGridTopic', topic: 'clients/sensor1/telemetry', details: { outcome: 'recorded' } },
  ]);
});

test('without routing nothing is recorded', () => {
  const { sink, entries } = world(lwtTemplate());

  expect(sink.accept(will, origin)).toBe('deliver');
  expect(entries).toEqual([]);
});

test('a failed delivery is tried again after 10 and 30 seconds, until the attempts are used up', async () => {
  const http: Http = async ({ method }) =>
    method === 'OPTIONS' ? { status: 200, headers: { 'webhook-allowed-origin': '*' } } : { status: 503, headers: {} };
  const { sink, clock, logged } = world(routedTo(webhook('http://localhost:1/'), { maxDeliveryAttempts: 3 }), http);

  sink.accept(will, origin);
  await logged(1);
  clock.advance(10_000);
  await logged(2);
  clock.advance(30_000);

  expect((await logged(3)).map(({ reason }) => reason)).toEqual([
    'the webhook answered 503; tried again in 10 seconds',
    'the webhook answered 503; tried again in 30 seconds',
    'the webhook answered 503; given up after 3 attempts',
  ]);
});

test('a webhook that does not allow the origin gets nothing, and the log says why', async () => {
  const http: Http = async () => ({ status: 404, headers: {} });
  const { sink, logged } = world(routedTo(webhook('http://localhost:1/'), { maxDeliveryAttempts: 1 }), http);

  sink.accept(will, origin);

  expect((await logged(1))[0]?.reason).toBe(
    'the webhook must answer OPTIONS with 200 and WebHook-Allowed-Origin: eventgrid.azure.net, got 404 and none; given up after 1 attempts',
  );
});

test('fails on a routed topic that does not take CloudEvents', () => {
  const topicSpacesConfiguration = { state: 'Enabled', routeTopicResourceId: '${azapi_resource.topic.id}' };
  const act = (): unknown =>
    world(
      lwtTemplate({
        ns: { ...lwtResources().ns, body: { properties: { topicSpacesConfiguration } } },
        topic: {
          type: 'Microsoft.EventGrid/topics@2025-02-15',
          name: 'routed',
          parent_id: '/rg',
          body: { properties: { inputSchema: 'EventGridSchema' } },
        },
      }),
    );

  expect(act).toThrow(
    "azapi_resource.topic.body.properties.inputSchema must be 'CloudEventSchemaV1_0' for a topic that MQTT messages are routed to, got 'EventGridSchema'",
  );
});

test('what could not be delivered is given up when the cloud is closed', async () => {
  let calls = 0;
  const http: Http = async () => {
    calls += 1;
    return { status: 503, headers: {} };
  };
  const { sink, clock, logged, close } = world(routedTo(webhook('http://localhost:1/')), http);
  sink.accept(will, origin);
  await logged(1);

  close();
  clock.advance(86_400_000);
  await new Promise(setImmediate);

  expect(calls).toBe(1);
});

test('a webhook that answers after the cloud was closed is not written down', async () => {
  let refuse: (error: Error) => void = () => undefined;
  const answer = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const { sink, close, entries } = world(routedTo(webhook('http://localhost:1/')), () => answer);
  sink.accept(will, origin);

  close();
  refuse(new Error('gone'));
  await answer.catch(() => undefined);
  await new Promise(setImmediate);

  expect(entries).toEqual([]);
});

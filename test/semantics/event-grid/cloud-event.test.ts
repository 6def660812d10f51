import type { MessageProperties } from '../../../local/ports';
import { routedEvent } from '../../../semantics/event-grid/cloud-event';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-event-schema
const context = { namespaceName: 'ns1', id: 'id-1', time: Date.parse('2026-11-22T00:00:00Z'), enrichments: {} };

function routed(payload: string, properties: MessageProperties = {}, enrichments: Record<string, string> = {}) {
  const message = {
    topic: 'clients/sensor1/status',
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    properties,
  } as const;
  return JSON.parse(JSON.stringify(routedEvent(message, { ...context, enrichments })));
}

test('a message without a format is routed as base64, with the name of the namespace as its source', () => {
  expect(routed('offline')).toEqual({
    specversion: '1.0',
    id: 'id-1',
    time: '2026-11-22T00:00:00.000Z',
    type: 'MQTT.EventPublished',
    source: 'ns1',
    subject: 'clients/sensor1/status',
    data_base64: 'b2ZmbGluZQ==',
  });
});

test.each([
  ['{"status":"offline"}', { payloadFormatIndicator: true }, { status: 'offline' }],
  ['{"status":"offline"}', { contentType: 'application/json; charset=utf-8' }, { status: 'offline' }],
  ['offline', { payloadFormatIndicator: true }, 'offline'],
])('%j with %j is routed as data', (payload, properties, data) => {
  expect(routed(payload, properties)).toMatchObject({ data });
  expect(routed(payload, properties)).not.toHaveProperty('data_base64');
});

test('the content type goes along', () => {
  expect(routed('x', { contentType: 'text/plain' })).toMatchObject({
    datacontenttype: 'text/plain',
    data_base64: 'eA==',
  });
});

test('enrichments become attributes', () => {
  expect(routed('x', {}, { clientname: 'sensor1' })).toMatchObject({ clientname: 'sensor1' });
});

test('a message that is a CloudEvent as a whole keeps its own type, source, subject and id', () => {
  const own = { specversion: '1.0', id: 'own', type: 'com.example', source: 'pump', subject: 's', data: { a: 1 } };

  const event = routed(JSON.stringify(own), { contentType: 'application/cloudevents+json' });

  expect(event).toEqual({ ...own, time: '2026-11-22T00:00:00.000Z' });
});

test('a message with the attributes of a CloudEvent in its user properties keeps them', () => {
  const userProperties = [
    ['specversion', '1.0'],
    ['id', 'own'],
    ['type', 'com.example'],
    ['source', 'pump'],
  ] as const;

  expect(routed('x', { userProperties })).toMatchObject({
    id: 'own',
    type: 'com.example',
    source: 'pump',
    data_base64: 'eA==',
  });
});

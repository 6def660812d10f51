import type { Message } from '../../../local/ports';
import { enrich } from '../../../semantics/event-grid/enrichment';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-enrichment
const message: Message = {
  topic: 'a/b',
  payload: Buffer.alloc(0),
  qos: 1,
  retain: false,
  properties: {
    payloadFormatIndicator: true,
    responseTopic: 'answers',
    correlationData: Buffer.from('7'),
    userProperties: [
      ['site', 'north'],
      ['site name', 'x'],
    ],
  },
};
const client = { authenticationName: 'sensor1', attributes: { floor: 3, tags: ['a', 'b'] } };

test.each([
  ['${client.authenticationName}', 'sensor1'],
  ['${client.attributes.floor}', '3'],
  ['${client.attributes.tags}', 'a,b'],
  ['${client.attributes.missing}', ''],
  ['${client.attributes.constructor}', ''],
  ['${mqtt.message.topicName}', 'a/b'],
  ['${mqtt.message.responseTopic}', 'answers'],
  ['${mqtt.message.correlationData}', 'Nw=='],
  ['${mqtt.message.pfi}', '1'],
  ['${mqtt.message.userProperties.site}', 'north'],
  ["${mqtt.message.userProperties['site name']}", 'x'],
  ['${mqtt.message.userProperties.none}', ''],
])('%s becomes %j', (value, expected) => {
  expect(enrich([{ key: 'k', value, dynamic: true }], message, client)).toEqual({ k: expected });
});

test('a fixed enrichment stays as it is', () => {
  expect(enrich([{ key: 'k', value: '${client.authenticationName}', dynamic: false }], message, client)).toEqual({
    k: '${client.authenticationName}',
  });
});

test('without a client its enrichments are empty', () => {
  expect(enrich([{ key: 'k', value: '${client.authenticationName}', dynamic: true }], message, undefined)).toEqual({
    k: '',
  });
});

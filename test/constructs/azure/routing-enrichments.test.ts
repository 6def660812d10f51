import { enrichmentProblems, renderEnrichments } from '../../../constructs/azure/routing-enrichments';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-enrichment
test.each([
  '${client.authenticationName}',
  '${client.attributes.area}',
  '${mqtt.message.topicName}',
  '${mqtt.message.responseTopic}',
  '${mqtt.message.correlationData}',
  '${mqtt.message.pfi}',
  '${mqtt.message.userProperties.site}',
  "${mqtt.message.userProperties['site name']}",
])('%s can be added to a routed message', (source) => {
  expect(enrichmentProblems('enrichments', { dynamic: { a: source } })).toEqual([]);
});

test('dynamic values are escaped once', () => {
  expect(
    renderEnrichments('enrichments', { fixed: { a: '1' }, dynamic: { b: '${client.authenticationName}' } }),
  ).toEqual({
    static: [{ key: 'a', valueType: 'String', value: '1' }],
    dynamic: [{ key: 'b', value: '$${client.authenticationName}' }],
  });
});

test.each([
  [{ fixed: { A: '1' } }, "a key of enrichments must be 1 to 20 lower-case letters and digits, got 'A'"],
  [
    { fixed: { abcdefghijklmnopqrstu: '1' } },
    "a key of enrichments must be 1 to 20 lower-case letters and digits, got 'abcdefghijklmnopqrstu'",
  ],
  [{ fixed: { subject: '1' } }, "a key of enrichments must be no CloudEvents attribute of its own, got 'subject'"],
  [{ fixed: { azspx: '1' } }, "a key of enrichments must be one that does not start with azsp, got 'azspx'"],
  [{ fixed: { a: 'x'.repeat(129) } }, 'enrichments.fixed.a must be at most 128 characters long'],
  [
    { dynamic: { a: 'text' } },
    "enrichments.dynamic.a must be one variable of the client or the message, such as ${client.authenticationName}, got 'text'",
  ],
  [{ dynamic: { a: '${client.name}' } }, 'enrichments.dynamic.a must be one variable of the client or the message'],
  [
    { fixed: { a: '1' }, dynamic: { a: '${mqtt.message.pfi}' } },
    "a key of enrichments must be either fixed or dynamic, got 'a'",
  ],
  [
    { fixed: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'x'])) },
    'enrichments must be at most 20 keys in all, got 21',
  ],
])('fails on %j', (enrichments, problem) => {
  expect(enrichmentProblems('enrichments', enrichments)).toEqual([expect.stringContaining(problem)]);
});

import { filterProblem, passesFilter } from '../../../semantics/event-grid/event-filter';

// https://learn.microsoft.com/en-us/azure/event-grid/event-filtering
const event = {
  specversion: '1.0',
  id: '1',
  type: 'MQTT.EventPublished',
  source: 'ns1',
  subject: 'clients/sensor1/status',
  data: { status: 'offline', level: 7, alarm: true, tags: ['a', 'b'], nothing: null },
};

test.each([
  [{}, true],
  [{ includedEventTypes: ['MQTT.EventPublished'] }, true],
  [{ includedEventTypes: ['Other'] }, false],
  [{ subjectBeginsWith: 'clients/', subjectEndsWith: '/status' }, true],
  [{ subjectBeginsWith: 'CLIENTS/' }, true],
  [{ subjectBeginsWith: 'CLIENTS/', isSubjectCaseSensitive: true }, false],
  [{ subjectEndsWith: '/telemetry' }, false],
])('the filter %j answers %s', (filter, passes) => {
  expect(passesFilter(event, filter)).toBe(passes);
});

test.each([
  ['StringIn', 'data.status', { values: ['Offline', 'x'] }, true],
  ['StringNotIn', 'data.status', { values: ['offline'] }, false],
  ['StringBeginsWith', 'subject', { values: ['clients/'] }, true],
  ['StringNotBeginsWith', 'subject', { values: ['clients/'] }, false],
  ['StringEndsWith', 'subject', { values: ['/x', '/status'] }, true],
  ['StringNotEndsWith', 'subject', { values: ['/x'] }, true],
  ['StringContains', 'data.status', { values: ['FFL'] }, true],
  ['StringNotContains', 'data.status', { values: ['ffl'] }, false],
  ['NumberIn', 'data.level', { values: [7] }, true],
  ['NumberNotIn', 'data.level', { values: [7] }, false],
  ['NumberLessThan', 'data.level', { value: 8 }, true],
  ['NumberLessThanOrEquals', 'data.level', { value: 7 }, true],
  ['NumberGreaterThan', 'data.level', { value: 7 }, false],
  ['NumberGreaterThanOrEquals', 'data.level', { value: 7 }, true],
  [
    'NumberInRange',
    'data.level',
    {
      values: [
        [1, 2],
        [6, 8],
      ],
    },
    true,
  ],
  ['NumberNotInRange', 'data.level', { values: [[6, 8]] }, false],
  ['BoolEquals', 'data.alarm', { value: true }, true],
  ['IsNullOrUndefined', 'data.nothing', {}, true],
  ['IsNullOrUndefined', 'data.status', {}, false],
  ['IsNotNull', 'data.absent', {}, false],
  ['StringIn', 'data.tags', { values: ['a'] }, false],
  ['NoSuchOperator', 'data.status', { values: ['offline'] }, false],
])('the advanced filter %s on %s with %j answers %s', (operatorType, key, operands, passes) => {
  expect(passesFilter(event, { advancedFilters: [{ operatorType, key, ...operands }] })).toBe(passes);
});

test('lists are searched when the subscription says so', () => {
  const advancedFilters = [{ operatorType: 'StringIn', key: 'data.tags', values: ['b'] }];

  expect(passesFilter(event, { advancedFilters, enableAdvancedFilteringOnArrays: true })).toBe(true);
});

test('every advanced filter must let the event through', () => {
  const one = { operatorType: 'StringIn', key: 'data.status', values: ['offline'] };
  const other = { operatorType: 'NumberIn', key: 'data.level', values: [8] };

  expect(passesFilter(event, { advancedFilters: [one, other] })).toBe(false);
});

// https://learn.microsoft.com/en-us/azure/event-grid/event-filtering
test.each([
  [{ includedEventTypes: ['Other'] }, 'takes the event types Other only, not MQTT.EventPublished'],
  [{ subjectBeginsWith: 'devices/' }, "takes subjects that begin with 'devices/' only"],
  [{ subjectEndsWith: '/gone' }, "takes subjects that end with '/gone' only"],
  [
    { advancedFilters: [{ operatorType: 'StringIn', key: 'source', values: ['other'] }] },
    'has an advanced filter (StringIn of source) that the event does not meet',
  ],
  [{ advancedFilters: ['odd'] }, 'has an advanced filter (undefined of undefined) that the event does not meet'],
  [{}, undefined],
])('%j says why it does not let an event through', (filter, why) => {
  const published = {
    specversion: '1.0',
    id: '1',
    type: 'MQTT.EventPublished',
    source: 'ns1',
    subject: 'clients/sensor1/status',
  };

  expect(filterProblem(published, filter)).toBe(why);
});

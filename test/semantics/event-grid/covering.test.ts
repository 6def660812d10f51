import fc from 'fast-check';
import { matchesTopic } from '../../../presence/topic';
import { covers, nearest } from '../../../semantics/event-grid/covering';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-troubleshoot-errors
const vectors: [template: string, filter: string, allowed: boolean][] = [
  ['clients/+/status', 'clients/+/status', true],
  ['clients/+/status', 'clients/a/status', true],
  ['clients/+/status', 'clients/#', false],
  ['clients/+/status', '#', false],
  ['clients/+/status', 'clients/+/+', false],
  ['clients/+/status', 'clients/a/b/status', false],
  ['clients/+/status', 'clients/a', false],
  ['clients/#', 'clients', true],
  ['clients/#', 'clients/#', true],
  ['clients/#', 'clients/+/status', true],
  ['clients/#', 'clients/a/b', true],
  ['clients/#', '#', false],
  ['clients/#', '+/a', false],
  ['clients/#', 'client/a', false],
  ['clients/d1/status', 'clients/d1/status', true],
  ['clients/d1/status', 'clients/D1/status', false],
  ['#', '#', true],
  ['#', 'a/+/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['+', '#', false],
  ['a/+', 'a/', true],
  ['a/b', 'a/b/', false],
];

test.each(vectors)("the template '%s' asked for '%s' answers %s", (template, filter, allowed) => {
  expect(covers(template, filter)).toBe(allowed);
});

const level = fc.constantFrom('a', 'b', '');
const filterLevels = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'));
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));

test('what a covered filter matches, the template matches', () => {
  fc.assert(
    fc.property(filterLevels, filterLevels, topic, (template, filter, name) => {
      fc.pre(covers(template, filter) && matchesTopic(filter, name));
      expect(matchesTopic(template, name)).toBe(true);
    }),
  );
});

test('for a topic name, covering is matching', () => {
  fc.assert(
    fc.property(filterLevels, topic, (template, name) => {
      expect(covers(template, name)).toBe(matchesTopic(template, name));
    }),
  );
});

test('the nearest template is the one whose levels agree most', () => {
  const templates = ['alarms/+', 'clients/+/telemetry', 'clients/sensor1/status'];

  expect(nearest('clients/sensor2/status', templates, (template) => [template])).toBe('clients/sensor1/status');
});

test('without templates none is nearest', () => {
  expect(nearest('a', [], () => [])).toBeUndefined();
});

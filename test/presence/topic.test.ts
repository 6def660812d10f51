import { AWS_LIMITS, EVENT_GRID_LIMITS, MQTT_LIMITS } from '../../presence/limits';
import { matchesTopic, topicFilterProblem, topicNameProblem } from '../../presence/topic';
import { TopicFilterTree } from '../../presence/topic-filter-tree';

/** filter, topic, whether MQTT 4.7 says that they match */
const standard: [string, string, boolean][] = [
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'sport/tennis', true],
  ['#', '/', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['+/tennis/#', 'sport/tennis/x', true],
  ['#', '$SYS/broker', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/monitor/Clients', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['a/b', 'a/B', false],
  ['/last/will/topic', 'last/will/topic', false],
  ['a//b', 'a//b', true],
  ['a/+/b', 'a//b', true],
];

describe('topic matching', () => {
  test.each(standard)('filter %s and topic %s: %s [MQTT-4.7.1, MQTT-4.7.2-1]', (filter, topic, expected) => {
    expect(matchesTopic(filter, topic)).toBe(expected);
  });

  test('sensor/# does not match sensor on AWS IoT Core (developer guide, MQTT differences)', () => {
    expect(matchesTopic('sensor/#', 'sensor', { hashMatchesParent: false })).toBe(false);
    expect(matchesTopic('sensor/#', 'sensor/', { hashMatchesParent: false })).toBe(true);
  });
});

describe('topic filter tree', () => {
  test.each(standard)('finds filter %s for topic %s: %s, as the matcher does', (filter, topic, expected) => {
    const tree = new TopicFilterTree<string>();
    tree.add(filter, 'entry');

    expect(tree.match(topic)).toEqual(expected ? ['entry'] : []);
  });

  test('visits an entry once per filter that matches', () => {
    const tree = new TopicFilterTree<string>();
    tree.add('a/+', 'client');
    tree.add('a/#', 'client');
    tree.add('a/b', 'other');

    expect(tree.match('a/b').sort()).toEqual(['client', 'client', 'other']);
  });

  test('forgets an entry that was removed and keeps the others', () => {
    const tree = new TopicFilterTree<string>();
    tree.add('a/+/c', 'one');
    tree.add('a/+/c', 'two');

    expect(tree.remove('a/+/c', 'one')).toBe(true);

    expect(tree.match('a/b/c')).toEqual(['two']);
    expect(tree.remove('a/+/c', 'one')).toBe(false);
    expect(tree.remove('never/added', 'one')).toBe(false);
  });

  test('a/# does not find a when the broker deviates like AWS IoT Core', () => {
    const tree = new TopicFilterTree<string>({ hashMatchesParent: false });
    tree.add('a/#', 'entry');

    expect(tree.match('a')).toEqual([]);
    expect(tree.match('a/b')).toEqual(['entry']);
  });
});

describe('topic names and filters', () => {
  test.each(['a', '/', '/last/will/topic', 'a b', 'ü/ö', '$aws/things/x/shadow/update'])(
    '%s is a topic name',
    (topic) => {
      expect(topicNameProblem(topic, MQTT_LIMITS.topic)).toBeUndefined();
    },
  );

  test.each([
    ['', 'at least one character long'],
    ['a/+', 'a topic name without the wildcards + and #'],
    ['a#', 'a topic name without the wildcards + and #'],
    ['a\u0000b', 'free of the null character'],
  ])('fails: %j must be %s', (topic, rule) => {
    expect(topicNameProblem(topic, MQTT_LIMITS.topic)).toBe(rule);
  });

  test.each(['a+', '+a', 'a+/b', 'a/+b', 'a#', 'a/#/b', '#/a', '++'])(
    'fails: %s is not a topic filter [MQTT-4.7.1-1, MQTT-4.7.1-2]',
    (filter) => {
      expect(topicFilterProblem(filter, MQTT_LIMITS.topic)).toBe(
        'a topic filter in which + stands alone in its level and # alone in the last one',
      );
    },
  );

  test.each(['#', '+', 'a/+/b', '+/+', '/+', 'a/#'])('%s is a topic filter', (filter) => {
    expect(topicFilterProblem(filter, MQTT_LIMITS.topic)).toBeUndefined();
  });

  test('AWS IoT Core takes 7 slashes, the leading one counted, and 256 bytes', () => {
    expect(topicNameProblem('/1/2/3/4/5/6/7', AWS_LIMITS.topic)).toBeUndefined();
    expect(topicNameProblem('/1/2/3/4/5/6/7/8', AWS_LIMITS.topic)).toBe('at most 8 levels deep (7 slashes)');
    expect(topicNameProblem('ü'.repeat(129), AWS_LIMITS.topic)).toBe('at most 256 bytes long');
  });

  test('Event Grid takes 15 segments', () => {
    expect(topicNameProblem(Array(15).fill('a').join('/'), EVENT_GRID_LIMITS.topic)).toBeUndefined();
    expect(topicNameProblem(Array(16).fill('a').join('/'), EVENT_GRID_LIMITS.topic)).toBe(
      'at most 15 levels deep (14 slashes)',
    );
  });
});

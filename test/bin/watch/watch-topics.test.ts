import { watchedTopics } from '../../../bin/watch/watch-topics';

test('without topics those of the stacks are watched, on AWS with lifecycle events', () => {
  expect(watchedTopics('aws', {})).toEqual([
    { filter: '$aws/events/presence/#' },
    { filter: 'clients/{device}/status' },
    { filter: '/last/will/topic' },
    { filter: '/lwt/connected/topic', says: 'online' },
  ]);
  expect(watchedTopics('azure', {})).toEqual([{ filter: 'clients/{device}/status' }]);
});

test('topics that are named take the place of the usual ones, not of lifecycle events', () => {
  expect(watchedTopics('aws', { topic: ['a/{device}'], willTopic: ['gone/+'], birthTopic: ['born/+'] })).toEqual([
    { filter: '$aws/events/presence/#' },
    { filter: 'gone/+', says: 'offline' },
    { filter: 'born/+', says: 'online' },
    { filter: 'a/{device}' },
  ]);
});

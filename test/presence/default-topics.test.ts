import { AWS_STACK_TOPICS, STATUS_FILTER, STATUS_TOPIC, statusTopicOf } from '../../presence/default-topics';

test('the topics of the stacks are those that devices and their users already know', () => {
  expect(AWS_STACK_TOPICS).toEqual({
    willTopic: '/last/will/topic',
    connectedTopic: '/lwt/connected/topic',
    executedTopic: '/lwt/executed',
  });
  expect(STATUS_TOPIC).toBe('clients/{device}/status');
});

test('the status of one client and of all are on the same topic', () => {
  expect(statusTopicOf('sensor1')).toBe('clients/sensor1/status');
  expect(STATUS_FILTER).toBe('clients/+/status');
});

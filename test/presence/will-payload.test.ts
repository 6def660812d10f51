import { lastWillPayload, withWillSession } from '../../presence/will-payload';

test('the will payload is the reported state that the default topic rule looks for', () => {
  expect(lastWillPayload('lwtThing')).toBe(
    '{"state":{"reported":{"last_will":"yes","trigger_action":"on","client_id":"lwtThing"}}}',
  );
});

test('a session is added to a JSON will so that a late will can be told from a new session', () => {
  expect(withWillSession('{"status":"offline"}', { sessionId: 's-1', connectedAt: 1_700_000_000_000 })).toBe(
    '{"status":"offline","session":{"id":"s-1","connected_at":1700000000000}}',
  );
});

test.each(['offline', '', '[1]', 'null', '3'])('a will that is not a JSON object is left alone: %j', (payload) => {
  expect(withWillSession(payload, { sessionId: 's-1', connectedAt: 0 })).toBeUndefined();
});

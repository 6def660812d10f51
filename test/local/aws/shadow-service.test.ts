import { ShadowService } from '../../../local/aws/shadow-service';
import type { Message, Origin } from '../../../local/ports';
import { ManualClock } from '../../../presence/clock';

const NOW = 1_767_225_600;
const CLASSIC = '$aws/things/lwtThing/shadow';

function createService() {
  const clock = new ManualClock(NOW * 1_000);
  const published: { topic: string; body: unknown; origin: Origin }[] = [];
  const service = new ShadowService({
    clock,
    publish: ({ topic, payload }, origin) =>
      void published.push({ topic, origin, body: JSON.parse(payload.toString()) }),
  });
  const request = async (topic: string, payload: unknown, origin: Partial<Origin> = {}) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const message: Message = { topic, payload: Buffer.from(text), qos: 1, retain: false, properties: {} };
    service.accept(message, { kind: 'client', clientId: 'lwtThing', depth: 0, ...origin });
    await Promise.resolve();
    return published.splice(0);
  };
  const update = (state: object, more: object = {}) => request(`${CLASSIC}/update`, { state, ...more });
  return { clock, service, request, update };
}

function bodies(responses: readonly { topic: string; body: unknown }[]) {
  return Object.fromEntries(responses.map(({ topic, body }) => [topic.replace(`${CLASSIC}/`, ''), body]));
}

// https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-document.html
test('an update is accepted with metadata, version and client token, and both documents are told', async () => {
  const { update } = createService();

  expect(bodies(await update({ reported: { on: true } }, { clientToken: 't' }))).toEqual({
    'update/accepted': {
      state: { reported: { on: true } },
      metadata: { reported: { on: { timestamp: NOW } } },
      version: 1,
      timestamp: NOW,
      clientToken: 't',
    },
    'update/documents': {
      previous: null,
      current: { state: { reported: { on: true } }, metadata: { reported: { on: { timestamp: NOW } } }, version: 1 },
      timestamp: NOW,
      clientToken: 't',
    },
  });
});

test('what is desired and not reported so is told as delta, nothing else', async () => {
  const { clock, update } = createService();
  await update({ reported: { on: true, light: { red: 1, blue: 2 }, extra: 1 } });
  clock.advance(5_000);

  const told = bodies(await update({ desired: { on: true, light: { red: 9, blue: 2 }, list: [1, 2] } }));

  expect(told['update/delta']).toEqual({
    state: { light: { red: 9 }, list: [1, 2] },
    metadata: { light: { red: { timestamp: NOW + 5 } }, list: [{ timestamp: NOW + 5 }, { timestamp: NOW + 5 }] },
    version: 2,
    timestamp: NOW + 5,
  });
});

test('no delta is told when the device reports what is desired', async () => {
  const { update } = createService();
  await update({ desired: { on: true } });

  expect(Object.keys(bodies(await update({ reported: { on: true } })))).toEqual([
    'update/accepted',
    'update/documents',
  ]);
});

test('objects are merged, null takes away, arrays replace', async () => {
  const { service, update } = createService();
  await update({ reported: { a: { b: 1, c: 2 }, list: [1, 2], gone: 1 }, desired: { x: 1 } });

  await update({ reported: { a: { b: 5 }, list: [3], gone: null }, desired: null });

  expect(service.document('lwtThing')?.state).toEqual({ reported: { a: { b: 5, c: 2 }, list: [3] } });
});

test('get gives state with delta, metadata and version', async () => {
  const { request, update } = createService();
  await update({ desired: { on: true }, reported: { on: false } });

  expect(bodies(await request(`${CLASSIC}/get`, { clientToken: 'g' }))).toEqual({
    'get/accepted': {
      state: { desired: { on: true }, reported: { on: false }, delta: { on: true } },
      metadata: { desired: { on: { timestamp: NOW } }, reported: { on: { timestamp: NOW } } },
      version: 1,
      timestamp: NOW,
      clientToken: 'g',
    },
  });
});

test('get and delete take an empty payload', async () => {
  const { request, update } = createService();
  await update({ reported: { on: true } });

  expect(Object.keys(bodies(await request(`${CLASSIC}/get`, '')))).toEqual(['get/accepted']);
  expect(bodies(await request(`${CLASSIC}/delete`, ''))).toEqual({ 'delete/accepted': { version: 1, timestamp: NOW } });
});

test.each(['get', 'delete'])('%s of a shadow that does not exist is rejected with 404', async (operation) => {
  const { request } = createService();

  expect(bodies(await request(`${CLASSIC}/${operation}`, ''))).toEqual({
    [`${operation}/rejected`]: { code: 404, message: "No shadow exists with name: 'lwtThing'", timestamp: NOW },
  });
});

test('the version goes on after the shadow was deleted and made again', async () => {
  const { request, service, update } = createService();
  await update({ reported: { on: true } });
  await request(`${CLASSIC}/delete`, '');

  await update({ reported: { on: true } });

  expect(service.document('lwtThing')?.version).toBe(2);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-error-messages.html
test.each([
  ['{', 400, 'Invalid JSON'],
  ['[]', 400, 'Invalid JSON'],
  ['{}', 400, 'Missing required node: state'],
  ['{"state":1}', 400, 'State node must be an object'],
  ['{"state":{"desired":1}}', 400, 'Desired node must be an object'],
  ['{"state":{"reported":[]}}', 400, 'Reported node must be an object'],
  ['{"state":{"other":{}}}', 400, 'State contains an invalid node'],
  ['{"state":{},"version":"1"}', 400, 'Invalid version'],
  [`{"state":{},"clientToken":"${'x'.repeat(65)}"}`, 400, 'Invalid clientToken'],
  [
    '{"state":{"reported":{"a":{"b":{"c":{"d":{"e":{"f":{}}}}}}}}}',
    400,
    'JSON contains too many levels of nesting; maximum is 6',
  ],
  [`{"state":{"reported":{"a":"${'x'.repeat(8_192)}"}}}`, 413, 'The payload exceeds the maximum size allowed'],
  ['{"state":{"reported":{}},"version":7}', 409, 'Version conflict'],
])('fails for the update %s', async (payload, code, message) => {
  const { request, service, update } = createService();
  await update({ reported: { on: true } });

  const told = bodies(await request(`${CLASSIC}/update`, payload));

  expect(told).toEqual({ 'update/rejected': { code, message, timestamp: NOW } });
  expect(service.document('lwtThing')?.version).toBe(1);
});

test('five levels below reported are taken', async () => {
  const { update } = createService();

  const told = bodies(await update({ reported: { a: { b: { c: { d: { e: {} } } } } } }));

  expect(Object.keys(told)).toContain('update/accepted');
});

test('a will on the update topic is ignored [https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-comms-app.html]', async () => {
  const { request, service } = createService();

  expect(await request(`${CLASSIC}/update`, { state: { reported: { on: false } } }, { kind: 'will' })).toEqual([]);
  expect(service.document('lwtThing')).toBeUndefined();
});

test('a republished will updates the shadow, and its responses keep the depth of the loop guard', async () => {
  const { request } = createService();
  const republished = { kind: 'republish', depth: 1 } as const;

  const responses = await request(`${CLASSIC}/update`, { state: { reported: { on: false } } }, republished);

  expect(responses.map(({ origin }) => origin)).toEqual([
    { kind: 'cloud', depth: 1 },
    { kind: 'cloud', depth: 1 },
  ]);
});

test('a named shadow is a shadow of its own', async () => {
  const { request, service, update } = createService();
  await update({ reported: { on: true } });

  const responses = await request(`${CLASSIC}/name/presence/update`, { state: { reported: { on: false } } });

  expect(responses[0]?.topic).toBe(`${CLASSIC}/name/presence/update/accepted`);
  expect(service.document('lwtThing', 'presence')?.state).toEqual({ reported: { on: false } });
  expect(service.document('lwtThing')?.state).toEqual({ reported: { on: true } });
});

test.each(['$aws/things/a/shadow/update/accepted', '$aws/things/a/b/shadow/update', 'things/a/shadow/update'])(
  '%s is not a request',
  async (topic) => {
    const { request } = createService();

    expect(await request(topic, { state: { reported: {} } })).toEqual([]);
  },
);

test('a key called __proto__ is a key like any other', async () => {
  const { request, service } = createService();

  await request(`${CLASSIC}/update`, '{"state":{"reported":{"__proto__":{"polluted":true}}}}');

  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(JSON.stringify(service.document('lwtThing')?.state)).toBe('{"reported":{"__proto__":{"polluted":true}}}');
});

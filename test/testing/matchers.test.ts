import { LocalCloud } from '../../testing';
import '../../testing/matchers';
import { LWT_TEMPLATE } from './lwt-template';

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await LocalCloud.deploy(LWT_TEMPLATE);
});

function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('the assertion passed');
}

describe('toHaveEmailed', () => {
  test('passes when an e-mail went to the address and holds the text', async () => {
    await cloud.publish('things/pump7/gone', { status: 'gone' });

    expect(cloud).toHaveEmailed('support@example.com');
    expect(cloud).toHaveEmailed('support@example.com', { text: '{"status":"gone"}', subject: /^AWS/ });
    expect(cloud).not.toHaveEmailed('support@example.com', { text: 'pump8' });
    expect(cloud).not.toHaveEmailed('boss@example.com');
  });

  test('fails with what the rules did: a WHERE that was false', async () => {
    await cloud.publish('things/pump7/gone', { status: 'here' });

    expect(messageOf(() => expect(cloud).toHaveEmailed('support@example.com'))).toBe(
      [
        'expected the cloud to have e-mailed support@example.com',
        '',
        'messages:',
        '  things/pump7/gone (cloud): {"status":"here"}',
        'rules:',
        "  lastWillRule did not match things/pump7/gone: SELECT * FROM 'things/+/gone' WHERE status = 'gone'",
        'refused: none',
        'e-mails: none',
        'time: 0 s since deployment; keep alives, delays and retries wait for advance()',
      ].join('\n'),
    );
  });

  test('fails with what was refused', async () => {
    const pump = await cloud.connect('pump7');
    await pump.publish('things/valve1/gone', { status: 'gone' }).catch(() => undefined);

    const message = messageOf(() => expect(cloud).toHaveEmailed('support@example.com'));

    expect(message).toContain("lastWillRule saw no message: SELECT * FROM 'things/+/gone'");
    expect(message).toMatch(/publish of pump7: .*iot:Publish/);
  });

  test('fails with the time that has passed: a silent device is not given up yet', async () => {
    const pump = await cloud.connect('pump7', {
      will: { topic: 'things/pump7/gone', payload: { status: 'gone' } },
      keepAliveSeconds: 30,
    });
    pump.goSilent();
    await cloud.advance(44);

    expect(messageOf(() => expect(cloud).toHaveEmailed('support@example.com'))).toContain(
      'time: 44 s since deployment; keep alives, delays and retries wait for advance()',
    );
  });

  test('fails when it is asked of something else', () => {
    expect(messageOf(() => expect('cloud').toHaveEmailed('a@example.com'))).toBe(
      'toHaveEmailed must be asked of a LocalCloud, got string',
    );
  });
});

describe('toHavePublished', () => {
  test('compares JSON, text, expressions and bytes', async () => {
    await cloud.publish('a/b', { level: 3, unit: 'm' });

    expect(cloud).toHavePublished('a/+');
    expect(cloud).toHavePublished('a/b', { unit: 'm', level: 3 });
    expect(cloud).toHavePublished('a/b', expect.objectContaining({ level: 3 }));
    expect(cloud).toHavePublished('a/b', '{"level":3,"unit":"m"}');
    expect(cloud).toHavePublished('a/b', /"level":\d/);
    expect(cloud).toHavePublished('a/b', Buffer.from('{"level":3,"unit":"m"}'));
    expect(cloud).not.toHavePublished('a/b', { level: 3 });
    expect(cloud).not.toHavePublished('b');
  });

  test('fails with the payload that was expected and the messages that there were', async () => {
    await cloud.publish('a/b', 'x');

    expect(messageOf(() => expect(cloud).toHavePublished('a/b', 'y'))).toContain(
      "expected the cloud to have published on a/b: 'y'\n\nmessages:\n  a/b (cloud): x",
    );
  });
});

describe('toHaveRefused', () => {
  test('passes when every given field holds', async () => {
    await cloud.connect('valve1', { certificate: 'PumpCertificate' }).catch(() => undefined);

    expect(cloud).toHaveRefused();
    expect(cloud).toHaveRefused({ clientId: 'valve1', operation: 'connect', action: 'iot:Connect' });
    expect(cloud).toHaveRefused({ resource: /client\/valve1$/ });
    expect(cloud).not.toHaveRefused({ clientId: 'pump7' });
  });

  test('fails naming what was expected', () => {
    expect(messageOf(() => expect(cloud).toHaveRefused({ clientId: 'pump7' }))).toContain(
      "expected the cloud to have refused something with clientId 'pump7'",
    );
  });
});

describe('toHaveReceived', () => {
  test('passes when a message arrived on that topic', async () => {
    const observer = await cloud.observe('a/#');
    await cloud.publish('a/b', { level: 3 });

    expect(observer).toHaveReceived('a/b', { level: 3 });
    expect(observer).not.toHaveReceived('a/c');
  });

  test('fails with what arrived', async () => {
    const observer = await cloud.observe('a/#');
    await cloud.publish('a/b', 'x');

    expect(messageOf(() => expect(observer).toHaveReceived('a/c'))).toBe(
      'expected observer-1 to have received a/c\n\nit received:\n  a/b: x',
    );
  });
});

test('what asymmetric matchers look for is told', () => {
  expect(() =>
    expect(cloud).toHavePublished('a', { count: expect.any(Number), more: expect.objectContaining({ b: 1 }), c: /x/ }),
  ).toThrow('published on a: {"count":"Any<Number>","more":{"ObjectContaining":{"b":1}},"c":"/x/"}');
});

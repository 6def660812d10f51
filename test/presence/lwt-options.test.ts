import {
  everyDeviceFilter,
  isPerDevice,
  type LwtOptions,
  renderDevice,
  resolveLwtOptions,
} from '../../presence/lwt-options';

const aws = { cloud: 'aws' } as const;
const azure = { cloud: 'azure' } as const;

describe('last-will options', () => {
  test('default to QoS 1, not retained, without delay', () => {
    expect(resolveLwtOptions({ willTopic: 'clients/{device}/status' }, azure)).toEqual({
      willTopic: 'clients/{device}/status',
      willQos: 1,
      willRetain: false,
      willDelaySeconds: 0,
    });
  });

  test.each<[LwtOptions, string]>([
    [{ willTopic: 'a/+/b' }, "willTopic must be a topic name without the wildcards + and #, got 'a/+/b'"],
    [{ willTopic: '' }, "willTopic must be at least one character long, got ''"],
    [
      { willTopic: '$aws/x' },
      "willTopic must be a topic that does not start with $, which the cloud reserves, got '$aws/x'",
    ],
    [{ willTopic: 'a/{thing}' }, "willTopic must be free of braces other than {device}, got 'a/{thing}'"],
    [
      { connectedTopic: '1/2/3/4/5/6/7/8/9' },
      "connectedTopic must be at most 8 levels deep (7 slashes), got '1/2/3/4/5/6/7/8/9'",
    ],
    [{ willQos: 2 as 0 | 1 }, 'willQos must be 0 or 1, got 2'],
    [{ willDelaySeconds: -1 }, 'willDelaySeconds must be an integer from 0 to 4294967295, got -1'],
    [{ willDelaySeconds: 1.5 }, 'willDelaySeconds must be an integer from 0 to 4294967295, got 1.5'],
    [{ notify: ['a@example.com', 'nobody'] }, "notify[1] must be an e-mail address, got 'nobody'"],
    [{ notify: ['a@b'] }, "notify[0] must be an e-mail address, got 'a@b'"],
  ])('fails: %j', (options, message) => {
    expect(() => resolveLwtOptions(options, aws)).toThrow(new Error(message));
  });

  test('fails: a will delay above 300 seconds on Event Grid', () => {
    expect(() => resolveLwtOptions({ willDelaySeconds: 301 }, azure)).toThrow(
      new Error('willDelaySeconds must be an integer from 0 to 300, got 301'),
    );
  });

  test('reports every problem in one error', () => {
    expect(() => resolveLwtOptions({ willTopic: '#', willQos: 3 as 0 | 1 }, aws)).toThrow(
      new Error("willTopic must be a topic name without the wildcards + and #, got '#'; willQos must be 0 or 1, got 3"),
    );
  });

  test('leaves a value alone that is only known at deployment', () => {
    const options = { willTopic: '#token', notify: ['#token'] };

    expect(() =>
      resolveLwtOptions(options, { cloud: 'aws', isUnresolved: (value) => value === '#token' }),
    ).not.toThrow();
  });
});

describe('{device} in a topic', () => {
  test('becomes the name or the variable that stands for the device', () => {
    expect(renderDevice('clients/{device}/status', '${client.authenticationName}')).toBe(
      'clients/${client.authenticationName}/status',
    );
  });

  test('becomes + in the filter for every device', () => {
    expect(everyDeviceFilter('clients/{device}/status')).toBe('clients/+/status');
    expect(everyDeviceFilter('clients/pre-{device}/status')).toBe('clients/+/status');
  });

  test('tells a topic per device from a shared one', () => {
    expect(isPerDevice('clients/{device}/status')).toBe(true);
    expect(isPerDevice('/last/will/topic')).toBe(false);
  });
});

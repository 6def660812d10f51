import { App, Annotations as AwsAnnotations, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LwtMonitor as AwsLwtMonitor } from '../../constructs/aws';
import { LwtMonitor as AzureLwtMonitor, ClientGroup, Warnings } from '../../constructs/azure';
import type { LwtOptions } from '../../presence/lwt-options';
import { newNamespace, newStack, synthesized } from './azure/synthesized';

// LwtMonitor takes the same options on both clouds. Where the clouds differ, the reason is in the table at the end.
interface Declared {
  readonly options: object;
  readonly template: string;
  readonly warnings: readonly string[];
}

type Declare = (options: LwtOptions, acknowledged?: string) => Declared;

const onAws: Declare = (options, acknowledged) => {
  const stack = new Stack(new App(), 'Stack');
  const monitor = new AwsLwtMonitor(stack, 'Lwt', { notify: ['support@example.com'], ...options });
  if (acknowledged !== undefined) AwsAnnotations.of(stack).acknowledgeWarning(acknowledged, 'test');
  const template = JSON.stringify(Template.fromStack(stack).toJSON());
  const found = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  return { options: monitor.options, template, warnings: found.map(({ entry }) => String(entry.data)) };
};

const onAzure: Declare = (options, acknowledged) => {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: true });
  const subscribers = ClientGroup.everyClient(namespace);
  const monitor = new AzureLwtMonitor(stack, 'Lwt', { namespace, subscribers, ...options });
  if (acknowledged !== undefined) Warnings.of(stack).acknowledge(acknowledged, 'test');
  const { template, warnings } = synthesized(stack);
  return { options: monitor.options, template: JSON.stringify(template), warnings };
};

describe.each([
  { cloud: 'AWS', declare: onAws, device: '${iot:Connection.Thing.ThingName}' },
  { cloud: 'Azure', declare: onAzure, device: '$${client.authenticationName}' },
])('LwtMonitor on $cloud', ({ declare, device }) => {
  test('has the same defaults', () => {
    expect(declare({}).options).toMatchObject({
      willTopic: 'clients/{device}/status',
      willQos: 1,
      willRetain: false,
      willDelaySeconds: 0,
    });
  });

  test('writes {device} as its variable for the device', () => {
    expect(declare({ willTopic: 'plants/{device}/will' }).template).toContain(`plants/${device}/will`);
  });

  test('hears of every device under one filter', () => {
    expect(declare({ willTopic: 'plants/{device}/will' }).template).toContain('plants/+/will');
  });

  test('lets devices say on a topic of their own that they are connected', () => {
    expect(declare({ connectedTopic: 'plants/{device}/connected' }).template).toContain(`plants/${device}/connected`);
  });

  test('warns of a shared will topic, under one id that can be acknowledged', () => {
    const shared = expect.stringContaining('[ack: lastwill:sharedWillTopic]');

    expect(declare({ willTopic: 'wills' }).warnings).toContainEqual(shared);
    expect(declare({ willTopic: 'wills' }, 'lastwill:sharedWillTopic').warnings).not.toContainEqual(shared);
  });

  test.each([
    [{ willQos: 2 as 1 }, 'willQos must be 0 or 1, got 2'],
    [{ willTopic: 'a/+' }, "willTopic must be a topic name without the wildcards + and #, got 'a/+'"],
    [
      { willTopic: '$SYS/a' },
      "willTopic must be a topic that does not start with $, which the cloud reserves, got '$SYS/a'",
    ],
    [{ willTopic: 'a/{name}' }, "willTopic must be free of braces other than {device}, got 'a/{name}'"],
    [{ willDelaySeconds: -1 }, 'willDelaySeconds must be an integer from 0 to '],
    [{ notify: ['nobody'] }, "notify[0] must be an e-mail address, got 'nobody'"],
  ])('fails on %j', (options, message) => {
    expect(() => declare(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(() => declare(options)).toThrow(message);
  });
});

describe('where the clouds differ', () => {
  test.each<[reason: string, options: LwtOptions, aws: 'accepts' | 'refuses', azure: 'accepts' | 'refuses']>([
    ['Event Grid caps the will delay at 300 seconds', { willDelaySeconds: 301 }, 'accepts', 'refuses'],
    ['nothing republishes into MQTT on Azure', { executedTopic: 'executed' }, 'accepts', 'refuses'],
    ['Event Grid mails nobody unless a path is chosen', { notify: ['support@example.com'] }, 'accepts', 'refuses'],
    ['AWS topics have 8 levels, Event Grid topics 15', { willTopic: 'a/b/c/d/e/f/g/h/i' }, 'refuses', 'accepts'],
  ])('%s', (_reason, options, aws, azure) => {
    expect(answer(onAws, options)).toBe(aws);
    expect(answer(onAzure, options)).toBe(azure);
  });
});

function answer(declare: Declare, options: LwtOptions): 'accepts' | 'refuses' {
  try {
    declare(options);
    return 'accepts';
  } catch {
    return 'refuses';
  }
}

import { AWS_LWT_TYPED_NAMES } from '../../lib/aws-lwt-context';
import { synthesizeAzureLwtStack } from '../../lib/azure-app';
import { AZURE_LWT_ENVIRONMENT, AZURE_LWT_TYPED_NAMES, readAzureLwtEnvironment } from '../../lib/azure-lwt-environment';
import { namingWhatWasTyped } from '../../lib/typed-names';
import { LastwillError } from '../../presence/errors';

function renamed(message: string): string {
  try {
    return namingWhatWasTyped({ notify: 'emails' }, () => {
      throw new LastwillError('OPTION_INVALID', message);
    });
  } catch (error) {
    return (error as LastwillError).message;
  }
}

test.each([
  ["notify[0] must be an e-mail address, got 'nobody'", "emails[0] must be an e-mail address, got 'nobody'"],
  ["notify must be free of duplicates, got 'a@b.c'", "emails must be free of duplicates, got 'a@b.c'"],
  ['willQos must be 0 or 1, got 7; notify[1] must be x', 'willQos must be 0 or 1, got 7; emails[1] must be x'],
  ['[lwt-azure/Monitor] notify must be x', '[lwt-azure/Monitor] emails must be x'],
  ["ruleName must be x, got 'notify me'", "ruleName must be x, got 'notify me'"],
  ['notifyAll must be x', 'notifyAll must be x'],
  ['constructor must be x', 'constructor must be x'],
])('a problem names what was typed: %s', (message, expected) => {
  expect(renamed(message)).toBe(expected);
});

test('a refusal keeps its code and its cause', () => {
  const refusal = new LastwillError('SQL_INVALID', 'notify must be x');

  expect(() =>
    namingWhatWasTyped(AWS_LWT_TYPED_NAMES, () => {
      throw refusal;
    }),
  ).toThrow(expect.objectContaining({ code: 'SQL_INVALID', message: 'emails must be x', cause: refusal }));
});

test('a bug passes as it is', () => {
  const bug = new Error('notify must be x');

  expect(() =>
    namingWhatWasTyped(AWS_LWT_TYPED_NAMES, () => {
      throw bug;
    }),
  ).toThrow(bug);
});

const ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w';

test.each([
  [{ LASTWILL_NAMESPACE: 'a_b' }, '[lwt-azure/Namespace] LASTWILL_NAMESPACE must be'],
  [{ LASTWILL_RESOURCE_GROUP: 'a?b' }, '[lwt-azure/ResourceGroup] LASTWILL_RESOURCE_GROUP must be'],
  [{ LASTWILL_NAME_PREFIX: '9?' }, 'LASTWILL_NAME_PREFIX must be'],
  [{ LASTWILL_CAPACITY: '99' }, '[lwt-azure/Namespace] LASTWILL_CAPACITY must be'],
  [{ LASTWILL_WILL_TOPIC: 'a/#' }, 'LASTWILL_WILL_TOPIC must be'],
  [{ LASTWILL_WILL_DELAY_SECONDS: '999' }, 'LASTWILL_WILL_DELAY_SECONDS must be'],
  [{ LASTWILL_NOTIFY: 'nobody' }, 'LASTWILL_NOTIFY[0] must be an e-mail address'],
  [{ LASTWILL_NOTIFY: 'a@x.org' }, '[lwt-azure/Monitor] LASTWILL_NOTIFY must be given together with'],
  [
    { LASTWILL_NOTIFY_LOG_WORKSPACE: ID },
    'LASTWILL_NOTIFY must be at least one e-mail address for NotificationPath.logAlert',
  ],
  [{ LASTWILL_NOTIFY_WEBHOOK: 'http://x' }, 'LASTWILL_NOTIFY_WEBHOOK must be'],
  [{ LASTWILL_NOTIFY_FUNCTION: 'x' }, 'LASTWILL_NOTIFY_FUNCTION must be'],
  [{ LASTWILL_NOTIFY_SERVICE_BUS_QUEUE: 'x' }, 'LASTWILL_NOTIFY_SERVICE_BUS_QUEUE must be'],
  [{ LASTWILL_NOTIFY_SERVICE_BUS_TOPIC: 'x' }, 'LASTWILL_NOTIFY_SERVICE_BUS_TOPIC must be'],
])('the stack for Azure names the environment variable in %j', (environment, message) => {
  const { sensors, actuators, props } = readAzureLwtEnvironment(environment);
  const thumbprints = Object.fromEntries([...sensors, ...actuators].map((name) => [name, '1'.repeat(64)]));

  expect(() => namingWhatWasTyped(AZURE_LWT_TYPED_NAMES, () => synthesizeAzureLwtStack(props(thumbprints)))).toThrow(
    message,
  );
});

test('every name that stands for a prop on Azure is a variable', () => {
  expect(Object.keys(AZURE_LWT_ENVIRONMENT)).toEqual(expect.arrayContaining(Object.values(AZURE_LWT_TYPED_NAMES)));
});

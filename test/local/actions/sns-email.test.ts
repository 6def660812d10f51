import { composeSnsEmail } from '../../../local/actions/sns-email';

const notification = {
  displayName: 'lwtSNSTopic',
  to: 'support@example.com',
  message: '{"state":{"reported":{"last_will":"yes","trigger_action":"on","client_id":"lwtThing"}}}',
  topicArn: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic',
  subscriptionArn: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic:0d5c9c41-1ca7-4eb3-a6c8-009e523aaaaa',
  region: 'us-east-1',
  id: '11111111-2222-4333-8444-555555555555',
  time: Date.UTC(2026, 0, 2, 3, 4, 5),
};

async function linesOf(changes: Partial<typeof notification> = {}): Promise<string[]> {
  return (await composeSnsEmail({ ...notification, ...changes })).rfc822.toString().split('\r\n');
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
test('an SNS e-mail comes from the display name, with the standard subject, and is one RFC 5322 message', async () => {
  const lines = await linesOf();

  expect(lines.slice(0, lines.indexOf(''))).toEqual([
    'From: lwtSNSTopic <no-reply@sns.amazonaws.com>',
    'To: support@example.com',
    'Subject: AWS Notification Message',
    'Message-ID: <11111111-2222-4333-8444-555555555555@sns.lastwill.invalid>',
    'Date: Fri, 02 Jan 2026 03:04:05 +0000',
    'Content-Transfer-Encoding: 7bit',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ]);
});

test('its body is the message as it is, then a footer with the subscription and the link to end it', async () => {
  const lines = await linesOf();
  const body = lines.slice(lines.indexOf('') + 1);

  expect(body[0]).toBe(notification.message);
  expect(body.slice(1, 3)).toEqual(['', '--']);
  expect(body).toContain(
    'https://sns.us-east-1.amazonaws.com/unsubscribe.html?SubscriptionArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3AlwtSNSTopic%3A0d5c9c41-1ca7-4eb3-a6c8-009e523aaaaa&Endpoint=support%40example.com',
  );
});

test('a text beyond ASCII travels as UTF-8', async () => {
  const lines = await linesOf({ message: 'Gerät weg' });

  expect(lines).toContain('Content-Transfer-Encoding: 8bit');
  expect(lines).toContain('Gerät weg');
});

test('a line of more than 998 bytes is encoded [RFC 5322, 2.1.1]', async () => {
  const lines = await linesOf({ message: 'x'.repeat(2000) });

  expect(lines).toContain('Content-Transfer-Encoding: quoted-printable');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
});

test('a display name cannot add a header', async () => {
  const lines = await linesOf({ displayName: 'a\r\nBcc: x@evil.example' });

  expect(lines.filter((line) => line.startsWith('Bcc'))).toEqual([]);
});

test('a topic without display name sends as AWS Notifications', async () => {
  const lines = await linesOf({ displayName: undefined });

  expect(lines[0]).toBe('From: AWS Notifications <no-reply@sns.amazonaws.com>');
});

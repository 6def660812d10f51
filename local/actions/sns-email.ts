import MailComposer from 'nodemailer/lib/mail-composer';
import type { Email } from './ports';

/** An SNS notification on its way to an e-mail address. */
export interface SnsEmail {
  /** The topic's display name. @default 'AWS Notifications' */
  readonly displayName?: string;
  readonly to: string;
  /** @default 'AWS Notification Message' */
  readonly subject?: string;
  readonly message: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly region: string;
  /** UUID of the notification. */
  readonly id: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** The longest line that may travel unencoded, in bytes (RFC 5322, 2.1.1). */
const LONGEST_LINE_BYTES = 998;

/**
 * Composes the e-mail that SNS sends to a subscriber. The text travels as it is unless a line is too long, so that
 * a payload can be found in the file.
 */
export async function composeSnsEmail(notification: SnsEmail): Promise<Email> {
  const { to, id, topicArn, subscriptionArn, subject = 'AWS Notification Message' } = notification;
  const messageId = `<${id}@sns.lastwill.invalid>`;
  const text = `${notification.message}\n\n${footer(notification)}`.replace(/\r\n?|\n/g, '\r\n');
  const fields = {
    from: { name: notification.displayName ?? 'AWS Notifications', address: 'no-reply@sns.amazonaws.com' },
    to,
    subject,
    messageId,
    date: new Date(notification.time),
  };
  const fits = text.split('\r\n').every((line) => Buffer.byteLength(line) <= LONGEST_LINE_BYTES);
  const rfc822 = fits ? unencoded(fields, text) : await new MailComposer({ ...fields, text }).compile().build();
  return { to, subject, messageId, rfc822, topicArn, subscriptionArn };
}

function unencoded(fields: ConstructorParameters<typeof MailComposer>[0], text: string): Buffer {
  const head = new MailComposer(fields).compile();
  head.setHeader({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': isAscii(text) ? '7bit' : '8bit',
  });
  return Buffer.from(`${head.buildHeaders()}\r\n\r\n${text}`);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

function footer({ region, topicArn, subscriptionArn, to }: SnsEmail): string {
  const query = new URLSearchParams({ SubscriptionArn: subscriptionArn, Endpoint: to });
  return [
    '--',
    `You get this e-mail because ${to} is subscribed to the topic ${topicArn}.`,
    'The embedded cloud confirmed the subscription by itself; in AWS you confirm it once, by the link in the e-mail',
    '"AWS Notification - Subscription Confirmation", and get nothing before. To stop these e-mails there, unsubscribe:',
    `https://sns.${region}.amazonaws.com/unsubscribe.html?${query.toString()}`,
    '',
    'Please do not reply to this e-mail.',
    '',
  ].join('\n');
}

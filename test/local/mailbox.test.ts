import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry } from '../../local/event-log';
import { Mailbox } from '../../local/mailbox';
import { OutboxFolder } from '../../local/state/outbox';
import { ManualClock } from '../../presence/clock';
import { temporaryFolders } from '../temporary-folder';

const temporaryFolder = temporaryFolders();
const email = {
  to: 'support@example.com',
  subject: 'AWS Notification Message',
  messageId: '<1@sns.lastwill.invalid>',
  topicArn: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic',
  subscriptionArn: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic:1',
  rfc822: Buffer.from('To: support@example.com\r\n\r\ngone'),
};

test('an e-mail is logged before its file appears', () => {
  const state = temporaryFolder();
  const filesWhenLogged: string[][] = [];
  const entries: LogEntry[] = [];
  const log = {
    write: (entry: LogEntry) => {
      entries.push(entry);
      filesWhenLogged.push(readdirSync(join(state, 'outbox')));
    },
  };
  const mailbox = new Mailbox({ clock: new ManualClock(Date.UTC(2026, 0, 1)), log, folder: new OutboxFolder(state) });

  mailbox.deliver(email);

  expect(filesWhenLogged).toEqual([[]]);
  expect(readdirSync(join(state, 'outbox'))).toHaveLength(1);
  expect(entries).toEqual([
    {
      type: 'email',
      resource: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic',
      details: {
        to: 'support@example.com',
        subject: 'AWS Notification Message',
        messageId: '<1@sns.lastwill.invalid>',
        subscription: 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic:1',
        path: join(state, 'outbox', '2026-01-01T00-00-00-000Z-0001-support@example.com.eml'),
      },
    },
  ]);
});

test('without a folder an e-mail is kept in memory', () => {
  const mailbox = new Mailbox({ clock: new ManualClock(5), log: { write: () => undefined } });

  mailbox.deliver(email);

  expect(mailbox.emails).toEqual([{ ...email, time: 5 }]);
});

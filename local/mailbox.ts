import type { Clock } from '../presence/clock';
import type { Email, Outbox } from './actions/ports';
import type { EventLog } from './event-log';
import type { OutboxFolder } from './state/outbox';

/** An e-mail that the embedded cloud caught. */
export interface CaughtEmail extends Email {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** The file that holds it. @default - the engine has no state folder */
  readonly path?: string;
}

/** What a mailbox is made of. */
export interface MailboxOptions {
  readonly clock: Clock;
  readonly log: EventLog;
  /** @default - e-mails are kept in memory only */
  readonly folder?: OutboxFolder;
}

/** Catches the e-mails that a cloud would send: keeps them, files them and logs them. */
export class Mailbox implements Outbox {
  /** Every caught e-mail, in order. */
  readonly emails: CaughtEmail[] = [];
  readonly #options: MailboxOptions;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  deliver(email: Email): void {
    const { clock, folder, log } = this.#options;
    const time = clock.now();
    const path = folder?.nextPath(email.to, time);
    const file = path === undefined ? {} : { path };
    const { to, subject, messageId, topicArn, subscriptionArn } = email;
    log.write({
      type: 'email',
      resource: topicArn,
      details: { to, subject, messageId, subscription: subscriptionArn, ...file },
    });
    if (path !== undefined) folder?.write(path, email.rfc822);
    this.emails.push({ ...email, time, ...file });
  }
}

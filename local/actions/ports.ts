import type { Message, Origin } from '../ports';

/** An e-mail, ready to be kept where a person finds it. */
export interface Email {
  readonly to: string;
  readonly subject: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** The complete message as RFC 5322 has it. */
  readonly rfc822: Buffer;
  /** The SNS topic that sends it. */
  readonly topicArn: string;
  readonly subscriptionArn: string;
}

/** Where e-mails end that a cloud would send. */
export interface Outbox {
  deliver(email: Email): void;
}

/** Hands a message to the broker as a publish of its own: retained, fanned out and seen by rules. */
export type Publish = (message: Message, origin: Origin) => void;

/** Stands for a Lambda function: gets the event and returns, or resolves to, its result. */
export type LambdaHandler = (event: unknown) => unknown;

/** Sends an HTTP request to this machine and resolves to the status of the answer. */
export type HttpPost = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<{ readonly status: number }>;

/**
 * Reads the shadow of a thing, the classic one without a name.
 * @returns its ARN and, when there is one, its document.
 */
export type ReadThingShadow = (
  thingName: string,
  shadowName?: string,
) => { readonly arn: string; readonly document?: unknown };

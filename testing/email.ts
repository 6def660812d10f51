import type { CaughtEmail } from '../local/mailbox';

/** An e-mail that the cloud would have sent. */
export interface SentEmail {
  readonly to: string;
  readonly subject: string;
  /** The body as a person reads it. */
  readonly text: string;
  /** The complete message as RFC 5322 has it. */
  readonly rfc822: Buffer;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** A caught e-mail with its text decoded. */
export function sentEmail({ to, subject, rfc822, time }: CaughtEmail): SentEmail {
  return { to, subject, text: bodyOf(rfc822), rfc822, time };
}

function bodyOf(rfc822: Buffer): string {
  const end = rfc822.indexOf('\r\n\r\n');
  const head = rfc822
    .subarray(0, end)
    .toString()
    .replace(/\r\n[ \t]+/g, ' ');
  const body = rfc822.subarray(end + 4);
  const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1]?.toLowerCase();
  return decoded(body, encoding).replaceAll('\r\n', '\n');
}

function decoded(body: Buffer, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64').toString();
  if (encoding !== 'quoted-printable') return body.toString();
  const bytes = body
    .toString('latin1')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

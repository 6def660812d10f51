import { randomBytes } from 'node:crypto';
import type { CertificateStore } from './certificate-store';

/** An IAM user of the embedded account that may do everything, with its access key. */
export interface IamIdentity {
  readonly userName: string;
  /** What rules see as `principal()`. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Set for temporary credentials, which then must come with it. */
  readonly sessionToken?: string;
}

const FILE = 'aws/iam.json';
const USER_NAME = 'lastwill-console';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The IAM identity that the store keeps in `aws/iam.json`, made on first use. It opens WebSockets as the console's
 * test client does.
 */
export function openIamIdentity(store: CertificateStore): IamIdentity {
  const kept = parse(store.load(FILE));
  if (kept !== undefined) return kept;
  const made: IamIdentity = {
    userName: USER_NAME,
    userId: `AIDA${identifier(16)}`,
    accessKeyId: `AKIA${identifier(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
  store.save(FILE, `${JSON.stringify(made, undefined, 2)}\n`, { secret: true });
  return made;
}

function parse(text: string | undefined): IamIdentity | undefined {
  if (text === undefined) return undefined;
  try {
    const json = JSON.parse(text) as Partial<Record<keyof IamIdentity, unknown>>;
    const { userName, userId, accessKeyId, secretAccessKey, sessionToken } = json;
    const texts = [userName, userId, accessKeyId, secretAccessKey, sessionToken ?? ''];
    return texts.every((value) => typeof value === 'string') ? (json as IamIdentity) : undefined;
  } catch {
    // A file that was cut short is made anew.
    return undefined;
  }
}

// Capital letters and digits, as in AWS's unique ids.
function identifier(length: number): string {
  return [...randomBytes(length)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

import { type EmailExpectation, lastwillMatchers, type RefusalExpectation } from './lastwill-matchers';

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the parameters must be spelt as in the types of jest
    interface Matchers<R, T = {}> {
      /** An e-mail went to this address. @param expected what it must hold. @default - any */
      toHaveEmailed(to: string, expected?: EmailExpectation): R;
      /**
       * A message was published on a topic that the filter matches: by a device, a will, a rule or the cloud.
       * @param payload text, a regular expression on the text, or a value that the JSON must equal. @default - any
       */
      toHavePublished(filter: string, payload?: unknown): R;
      /** Something was refused. @param expected every field that is given must hold. @default - anything */
      toHaveRefused(expected?: RefusalExpectation): R;
      /** A device received a message on exactly this topic. @param payload as for `toHavePublished`. @default - any */
      toHaveReceived(topic: string, payload?: unknown): R;
    }
  }
}

/** As much of jest as is needed: it puts `expect` there before it loads a test. */
interface WithExpect {
  readonly expect?: { extend(matchers: object): void };
}

const { expect } = globalThis as WithExpect;
if (expect === undefined) {
  throw new Error(
    'lastwill/testing/matchers must be imported where expect is global, as in jest; elsewhere call expect.extend(lastwillMatchers)',
  );
}
expect.extend(lastwillMatchers);

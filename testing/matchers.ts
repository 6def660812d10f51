import { type LastwillMatchers, lastwillMatchers } from './lastwill-matchers';

declare global {
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: the parameters must be spelt as in the types of jest
    interface Matchers<R, T = {}> extends LastwillMatchers<R> {}
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

import { LastwillError } from '../../../presence/errors';
import { Interrupted } from '../../../smoke/interrupted';
import { tryUntilTrue } from '../../../smoke/run/attempts';
import type { Site } from '../../../smoke/sites/site';

/** A site that writes down how long it waited. */
function site() {
  const waits: number[] = [];
  const asked: Site & { closed: boolean } = {
    name: 'test',
    closed: false,
    pass: async (seconds) => void waits.push(seconds),
    rest: async () => undefined,
    admit: async () => undefined,
    close: async () => {
      asked.closed = true;
    },
  };
  return { asked, waits };
}

const options = (signal = new AbortController().signal) => ({ signal, attempts: 3, betweenSeconds: 10 });

test('tries again after a problem and after a refusal, and closes the site', async () => {
  const { asked, waits } = site();
  const answers = [
    async () => 'no will came',
    () => Promise.reject(new LastwillError('CONNECTION_REFUSED', 'not let in')),
    async () => undefined,
  ];

  expect(await tryUntilTrue(asked, async () => answers.shift()?.(), options())).toBeUndefined();
  expect(waits).toEqual([10, 10]);
  expect(asked.closed).toBe(true);
});

test('says what was in the way the last time', async () => {
  const { asked } = site();
  const answers = ['first', 'second', 'third', 'never asked'];

  expect(await tryUntilTrue(asked, async () => answers.shift(), options())).toBe('third');
  expect(answers).toEqual(['never asked']);
});

test('closes the site when a person interrupts', async () => {
  const { asked } = site();
  const interruption = new AbortController();
  const attempt = async (): Promise<string> => {
    interruption.abort();
    return 'not yet';
  };

  await expect(tryUntilTrue(asked, attempt, options(interruption.signal))).rejects.toThrow(Interrupted);
  expect(asked.closed).toBe(true);
});

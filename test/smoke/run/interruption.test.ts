import { Interruption } from '../../../smoke/run/interruption';
import type { SmokeCloud } from '../../../smoke/run/smoke-cloud';

const nothing = async (): Promise<void> => undefined;

const cloud: SmokeCloud = {
  plan: async () => [],
  deployment: {
    prepare: nothing,
    deploy: nothing,
    destroy: nothing,
    remains: { what: 'stack smoke-7-LwtStack', command: 'aws cloudformation delete-stack' },
  },
  examinations: [],
  story: async () => [],
  compare: async () => ({ facts: [], unobserved: [] }),
  close: nothing,
};

test('the first Ctrl-C asks to stop, and the process lives on to destroy', () => {
  const [said, exits]: [string[], number[]] = [[], []];
  const interruption = new Interruption({ say: (line) => said.push(line), exit: (code) => exits.push(code) });
  interruption.watch(cloud);

  interruption.ask();

  expect(interruption.signal.aborted).toBe(true);
  expect(exits).toEqual([]);
  expect(said).toEqual(['interrupted: what was created is being destroyed; a second time ends at once and leaves it']);
});

test('the second Ctrl-C says what is left and how to destroy it, and ends with 130', () => {
  const [said, exits]: [string[], number[]] = [[], []];
  const interruption = new Interruption({ say: (line) => said.push(line), exit: (code) => exits.push(code) });
  interruption.watch(cloud);

  interruption.ask();
  interruption.ask();

  expect(said.at(-1)).toBe('left: stack smoke-7-LwtStack; destroy it with: aws cloudformation delete-stack');
  expect(exits).toEqual([130]);
});

import { ManualClock } from '../../../presence/clock';
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
  compare: async () => ({ observations: [], unobserved: [] }),
  close: nothing,
};

function interrupted() {
  const [said, exits]: [string[], number[]] = [[], []];
  const clock = new ManualClock();
  const interruption = new Interruption({
    clock,
    say: (line) => said.push(line),
    exit: (code) => exits.push(code),
  });
  interruption.watch(cloud);
  return { said, exits, clock, interruption };
}

test('the first Ctrl-C asks to stop, and the process lives on to destroy', () => {
  const { said, exits, interruption } = interrupted();

  interruption.ask();

  expect(interruption.signal.aborted).toBe(true);
  expect(exits).toEqual([]);
  expect(said).toEqual(['interrupted: what was created is being destroyed; a second time ends at once and leaves it']);
});

test('the second Ctrl-C says what is left and how to destroy it, and ends with 130', () => {
  const { said, exits, clock, interruption } = interrupted();

  interruption.ask();
  clock.advance(1_000);
  interruption.ask();

  expect(said.at(-1)).toBe('left: stack smoke-7-LwtStack; destroy it with: aws cloudformation delete-stack');
  expect(exits).toEqual([130]);
});

test('one Ctrl-C that comes from the terminal and from npm is one', () => {
  const { said, exits, clock, interruption } = interrupted();

  interruption.ask();
  clock.advance(999);
  interruption.ask();

  expect(said).toHaveLength(1);
  expect(exits).toEqual([]);
});

import { ManualClock } from '../../../presence/clock';
import { LastwillError } from '../../../presence/errors';
import { seededRandomness } from '../../../presence/randomness';
import { runSmokeCommand, type SmokeCommand, type SmokeFlags } from '../../../smoke/run/command';
import { checkPrefix, uniquePrefix } from '../../../smoke/run/prefix';
import { Programs } from '../../../smoke/run/programs';
import type { SmokeCloud } from '../../../smoke/run/smoke-cloud';

interface Started {
  readonly done: string[];
  readonly said: string[];
  readonly printed: string[];
  readonly exitCode: number;
}

/** Starts a smoke test of a cloud that writes down what is asked of it. */
async function start(words: readonly string[], different = false): Promise<Started> {
  const [done, said, printed]: [string[], string[], string[]] = [[], [], []];
  const act = (name: string) => async () => void done.push(name);
  const cloud: SmokeCloud = {
    plan: async () => ['account   123456789012', 'costs     below $0.10'],
    deployment: {
      prepare: act('prepare'),
      deploy: act('deploy'),
      destroy: act('destroy'),
      remains: { what: 'a', command: 'b' },
    },
    examinations: [],
    story: async () => [{ what: 'the will comes', ok: true, milliseconds: 12 }],
    compare: async () => ({
      observations: [
        {
          probe: 'will delay',
          observation: 'will',
          real: 'late',
          embedded: different ? 'at once' : 'late',
          equal: !different,
          source: 'https://docs',
          option: 'limits.willDelay',
        },
      ],
      unobserved: [],
    }),
    close: act('close'),
  };
  const command: SmokeCommand<SmokeFlags> = {
    name: 'smoke:aws',
    description: 'tests',
    addOptions: (program) => program,
    open: async () => {
      done.push('open');
      return cloud;
    },
  };
  const exitCode = await runSmokeCommand(command, words, {
    clock: new ManualClock(),
    signal: new AbortController().signal,
    programs: new Programs(() => undefined),
    say: (line) => said.push(line),
    print: (text) => printed.push(text),
    lastwill: async () => undefined,
    watch: () => undefined,
  });
  return { done, said, printed, exitCode };
}

test.each([[[]], [['--json']], [['--skip-deploy']], [['--prefix', 'smoke-7777-']]])(
  'does nothing without --yes, says so in one line and ends with 2: %j',
  async (words) => {
    const { done, said, printed, exitCode } = await start(words);

    expect(done).toEqual([]);
    expect(said).toEqual([
      'smoke:aws: nothing was done: --plan shows what would be created, where and for how much; --yes does it',
    ]);
    expect(printed).toEqual([]);
    expect(exitCode).toBe(2);
  },
);

test('shows the plan with --plan and creates nothing', async () => {
  const { done, said, exitCode } = await start(['--plan']);

  expect(said).toEqual(['account   123456789012', 'costs     below $0.10']);
  expect(done).toEqual(['open', 'close']);
  expect(exitCode).toBe(0);
});

test('shows the plan first with --yes, then does it', async () => {
  const { done, said, printed, exitCode } = await start(['--yes']);

  expect(said.slice(0, 3)).toEqual(['account   123456789012', 'costs     below $0.10', 'prepare ...']);
  expect(done).toEqual(['open', 'prepare', 'deploy', 'destroy', 'close']);
  expect(printed.join('')).toContain('all right: 1 observations equal, 0 different');
  expect(exitCode).toBe(0);
});

test('ends with 1 on a difference, and names the option that would follow the real cloud', async () => {
  const { printed, exitCode } = await start(['--yes'], true);

  expect(exitCode).toBe(1);
  expect(printed.join('')).toContain('DIFFERENT  will delay  will         late  at once');
  expect(printed.join('')).toContain('will delay, will: limits.willDelay, so that it gives late');
});

test('prints one JSON line with --json', async () => {
  const { printed } = await start(['--yes', '--json'], true);

  expect(printed).toHaveLength(1);
  expect(printed[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(printed[0] as string)).toMatchObject({
    ok: false,
    interrupted: false,
    story: [{ what: 'the will comes', ok: true, milliseconds: 12 }],
    comparison: {
      observations: [{ real: 'late', embedded: 'at once', equal: false, option: 'limits.willDelay' }],
      unobserved: [],
    },
  });
});

test('ends with 2 on an unknown flag and on a value out of range', async () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);

  expect((await start(['--yes', '--everything'])).exitCode).toBe(2);
  const { said, exitCode } = await start(['--yes', '--patience', '0']);
  expect(exitCode).toBe(2);
  expect(said).toEqual(["smoke:aws: --patience must be a number from 0.1 to 60, got '0'"]);
  jest.restoreAllMocks();
});

test('every run has a prefix of its own that can be checked', () => {
  const randomness = seededRandomness(7);
  const [one, other] = [uniquePrefix(randomness), uniquePrefix(randomness)];

  expect(one).not.toBe(other);
  expect([checkPrefix(one), checkPrefix(other)]).toEqual([one, other]);
});

test.each(['', 'prod-', 'smoke-', 'smoke-abcd', 'smoke-ABCD-', 'smoke-abcd-prod-'])(
  'fails for the prefix %j, which is none of a smoke test',
  (prefix) => {
    expect(() => checkPrefix(prefix)).toThrow(LastwillError);
  },
);

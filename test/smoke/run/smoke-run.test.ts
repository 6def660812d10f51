import { ManualClock } from '../../../presence/clock';
import { LastwillError } from '../../../presence/errors';
import { Interrupted } from '../../../smoke/interrupted';
import type { SmokeCloud } from '../../../smoke/run/smoke-cloud';
import { isAllRight, runSmoke } from '../../../smoke/run/smoke-run';

const failure = new LastwillError('CLOUD_CALL_FAILED', 'the cloud said no');

/** A cloud that writes down what is asked of it, and fails where it is told to. */
function cloud(fails: Readonly<Record<string, Error>> = {}) {
  const done: string[] = [];
  const act = (name: string) => async (): Promise<void> => {
    done.push(name);
    if (fails[name] !== undefined) throw fails[name];
  };
  const smokeCloud: SmokeCloud = {
    plan: async () => [],
    deployment: {
      prepare: act('prepare'),
      deploy: act('deploy'),
      destroy: act('destroy'),
      remains: { what: 'stack smoke-7-LwtStack', command: 'delete smoke-7-LwtStack' },
    },
    examinations: [
      { name: 'pull', isNeeded: true, run: act('pull') },
      { name: 'doctor', isNeeded: false, run: act('doctor') },
    ],
    story: async () => {
      await act('story')();
      return [{ what: 'the will comes', ok: true }];
    },
    compare: async () => {
      await act('probes')();
      return { observations: [], unobserved: [] };
    },
    close: act('close'),
  };
  return { done, smokeCloud };
}

function run(smokeCloud: SmokeCloud, signal = new AbortController().signal) {
  return runSmoke(smokeCloud, { clock: new ManualClock(), signal, say: () => undefined });
}

test('deploys, examines, plays, compares, destroys, in this order', async () => {
  const { done, smokeCloud } = cloud();

  const report = await run(smokeCloud);

  expect(done).toEqual(['prepare', 'deploy', 'pull', 'doctor', 'story', 'probes', 'destroy', 'close']);
  expect(isAllRight(report)).toBe(true);
  expect(report.remains).toBeUndefined();
});

test.each([
  ['deploying', 'deploy', ['prepare', 'deploy', 'destroy', 'close']],
  ['what is needed', 'pull', ['prepare', 'deploy', 'pull', 'destroy', 'close']],
  ['the diagnosis', 'doctor', ['prepare', 'deploy', 'pull', 'doctor', 'story', 'probes', 'destroy', 'close']],
  ['the story', 'story', ['prepare', 'deploy', 'pull', 'doctor', 'story', 'probes', 'destroy', 'close']],
  ['the comparison', 'probes', ['prepare', 'deploy', 'pull', 'doctor', 'story', 'probes', 'destroy', 'close']],
])('destroys when %s failed', async (_what, step, expected) => {
  const { done, smokeCloud } = cloud({ [step]: failure });

  const report = await run(smokeCloud);

  expect(done).toEqual(expected);
  expect(report.steps).toContainEqual({ name: step, ok: false, seconds: 0, problem: 'the cloud said no' });
  expect(isAllRight(report)).toBe(false);
});

test('destroys nothing when nothing was created', async () => {
  const { done, smokeCloud } = cloud({ prepare: failure });

  await run(smokeCloud);

  expect(done).toEqual(['prepare', 'close']);
});

test('destroys before it tells of a fault of its own', async () => {
  const { done, smokeCloud } = cloud({ story: new TypeError('undefined is not a function') });

  await expect(run(smokeCloud)).rejects.toThrow('undefined is not a function');
  expect(done.slice(-2)).toEqual(['destroy', 'close']);
});

test('destroys when a person interrupts the deployment', async () => {
  const interruption = new AbortController();
  const { done, smokeCloud } = cloud();
  const { deployment } = smokeCloud;
  const interrupted: SmokeCloud = {
    ...smokeCloud,
    deployment: deployment && {
      ...deployment,
      deploy: async () => {
        interruption.abort();
        throw new Interrupted();
      },
    },
  };

  const report = await run(interrupted, interruption.signal);

  expect(done).toEqual(['prepare', 'destroy', 'close']);
  expect(report.interrupted).toBe(true);
  expect(report.remains).toBeUndefined();
});

test('does nothing more than to destroy once a person has interrupted', async () => {
  const interruption = new AbortController();
  const { done, smokeCloud } = cloud();
  const [pull] = smokeCloud.examinations;
  const run_ = async (): Promise<void> => {
    await pull?.run();
    interruption.abort();
  };

  await run({ ...smokeCloud, examinations: [{ name: 'pull', isNeeded: true, run: run_ }] }, interruption.signal);

  expect(done).toEqual(['prepare', 'deploy', 'pull', 'destroy', 'close']);
});

test('says what is left, and how to destroy it, when destroying failed', async () => {
  const { smokeCloud } = cloud({ destroy: failure });

  const report = await run(smokeCloud);

  expect(report.remains).toEqual({ what: 'stack smoke-7-LwtStack', command: 'delete smoke-7-LwtStack' });
  expect(isAllRight(report)).toBe(false);
});

test('leaves alone what was deployed before', async () => {
  const { done, smokeCloud } = cloud();
  const { deployment: _none, ...deployed } = smokeCloud;

  await run(deployed);

  expect(done).toEqual(['pull', 'doctor', 'story', 'probes', 'close']);
});

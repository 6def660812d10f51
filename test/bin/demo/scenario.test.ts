import { playScenario, type Reporter } from '../../../bin/demo/scenario';
import { textReporter } from '../../../bin/demo/text-reporter';
import { Watch } from '../../../bin/demo/watch';
import { styleFor } from '../../../bin/style';
import type { ScenarioStep } from '../../../device';

const silent: Reporter = { scenario: () => {}, part: () => {}, step: () => {}, note: () => {} };
const scenarioOf = (...steps: ScenarioStep[]) => ({
  name: 'aws',
  title: 'AWS',
  play: async (reporter: Reporter) => {
    reporter.part('cut');
    for (const step of steps) reporter.step(step);
  },
});

test('a scenario is ok when every step happened', async () => {
  const result = await playScenario(scenarioOf({ what: 'the will arrives', ok: true, milliseconds: 2 }), silent);

  expect(result).toEqual({
    name: 'aws',
    ok: true,
    steps: [{ part: 'cut', what: 'the will arrives', ok: true, milliseconds: 2 }],
  });
});

test('a scenario is not ok when one step did not happen', async () => {
  const result = await playScenario(scenarioOf({ what: 'a', ok: true }, { what: 'b', ok: false }), silent);

  expect(result.ok).toBe(false);
});

test('a scenario without any step is not ok', async () => {
  expect((await playScenario(scenarioOf(), silent)).ok).toBe(false);
});

test('an error that ends a scenario early is a step that did not happen', async () => {
  const broken = { name: 'x', title: 'X', play: () => Promise.reject(new Error('no cloud')) };

  expect(await playScenario(broken, silent)).toEqual({
    name: 'x',
    ok: false,
    steps: [{ part: '', what: 'plays to its end', ok: false, detail: 'no cloud' }],
  });
});

test('the timeline shows the time since the cut, the verdict and what was seen, without colour outside a terminal', async () => {
  const lines: string[] = [];
  const reporter = textReporter((line) => lines.push(line), styleFor({ isTTY: false }));

  await playScenario(
    scenarioOf({ what: 'the will arrives', ok: true, milliseconds: 2.34, detail: '/last/will' }),
    reporter,
  );

  expect(lines).toEqual(['\nAWS', '\n  cut', '       +2.3 ms  ok   the will arrives  /last/will']);
});

test('a watch finds what was seen before it was asked, and waits for what comes after', async () => {
  const watch = new Watch<string>();
  const start = Watch.now();
  watch.show('before');
  const later = watch.until((item) => item === 'after', { since: start, withinMilliseconds: 5000 });
  watch.show('after');

  expect((await watch.until((item) => item === 'before', { since: start, withinMilliseconds: 5000 }))?.item).toBe(
    'before',
  );
  expect((await later)?.item).toBe('after');
});

test('a watch does not find what was seen before the moment that matters', async () => {
  const watch = new Watch<string>();
  watch.show('will');

  expect(await watch.until(() => true, { since: Watch.now() + 1, withinMilliseconds: 0 })).toBeUndefined();
});

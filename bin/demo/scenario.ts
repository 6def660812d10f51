import type { ScenarioReporter, ScenarioStep } from '../../device';

/** Hears a scenario while it plays. */
export interface Reporter extends ScenarioReporter {
  /** A scenario begins. */
  scenario(title: string): void;
}

/** A story that is played in the embedded cloud. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Plays every part and reports each step; must leave nothing running. */
  play(reporter: Reporter): Promise<void>;
}

/** How a scenario ended. */
export interface ScenarioResult {
  readonly name: string;
  /** True when there was at least one step and every step happened. */
  readonly ok: boolean;
  readonly steps: readonly (ScenarioStep & { readonly part: string })[];
}

/** Plays a scenario and collects its steps. An error that ends it early counts as a step that did not happen. */
export async function playScenario(scenario: Scenario, reporter: Reporter): Promise<ScenarioResult> {
  const steps: (ScenarioStep & { readonly part: string })[] = [];
  let part = '';
  const collector: Reporter = {
    ...reporter,
    part: (title) => {
      part = title;
      reporter.part(title);
    },
    step: (step) => {
      steps.push({ part, ...step });
      reporter.step(step);
    },
  };
  reporter.scenario(scenario.title);
  try {
    await scenario.play(collector);
  } catch (error) {
    collector.step({ what: 'plays to its end', ok: false, detail: (error as Error).message });
  }
  return { name: scenario.name, ok: steps.length > 0 && steps.every((step) => step.ok), steps };
}

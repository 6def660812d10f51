/** One thing that a scenario expects, and whether it was seen. */
export interface Step {
  readonly what: string;
  readonly ok: boolean;
  /** Milliseconds since the moment that the part is about, e.g. since the cut. */
  readonly milliseconds?: number;
  /** What was seen, or what was seen instead. */
  readonly detail?: string;
}

/** Hears a scenario while it plays. */
export interface Reporter {
  /** A scenario begins. */
  scenario(title: string): void;
  /** A part of it begins. */
  part(title: string): void;
  /** Something was seen, or was not. */
  step(step: Step): void;
  /** Something that helps to understand, and is not judged. */
  note(text: string): void;
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
  readonly steps: readonly (Step & { readonly part: string })[];
}

/** Plays a scenario and collects its steps. An error that ends it early counts as a step that did not happen. */
export async function playScenario(scenario: Scenario, reporter: Reporter): Promise<ScenarioResult> {
  const steps: (Step & { readonly part: string })[] = [];
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

import type { ScenarioReporter, ScenarioStep } from '../../device';

/** Collects the steps of a scenario and writes a line for each. */
export class Report implements ScenarioReporter {
  readonly steps: (ScenarioStep & { readonly part?: string })[] = [];
  #part: string | undefined;

  constructor(private readonly log: (line: string) => void) {}

  part(title: string): void {
    this.#part = title;
    this.log(`  ${title}`);
  }

  step(step: ScenarioStep): void {
    this.steps.push(this.#part === undefined ? step : { part: this.#part, ...step });
    const time = step.milliseconds === undefined ? '' : ` after ${step.milliseconds} ms`;
    const detail = step.detail === undefined ? '' : `: ${step.detail}`;
    this.log(`    ${step.ok ? 'ok    ' : 'FAILED'} ${step.what}${time}${detail}`);
  }

  note(text: string): void {
    this.log(`           ${text}`);
  }
}

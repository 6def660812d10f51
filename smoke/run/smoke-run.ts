import type { ScenarioStep } from '../../device';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { Interrupted, throwIfInterrupted } from '../interrupted';
import type { Comparison } from '../probes/comparison';
import type { Deployment, Remains, SmokeCloud } from './smoke-cloud';

/** One part of a smoke test, and how it went. */
export interface SmokeStep {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** Why it failed. */
  readonly problem?: string;
}

/** How a smoke test went. */
export interface SmokeReport {
  readonly steps: readonly SmokeStep[];
  readonly story: readonly ScenarioStep[];
  /** @default - it did not come to that */
  readonly comparison?: Comparison;
  readonly interrupted: boolean;
  /** What could not be destroyed. @default - nothing */
  readonly remains?: Remains;
}

/** What a smoke test is run with. */
export interface SmokeRunParts {
  readonly clock: Clock;
  /** Aborted when a person asks to stop. */
  readonly signal: AbortSignal;
  /** Hears each step as it begins and ends. */
  readonly say: (line: string) => void;
}

/** True when everything was as it should be and both clouds did the same. */
export function isAllRight({ steps, story, comparison, interrupted }: SmokeReport): boolean {
  const isSame = comparison?.unobserved.length === 0 && comparison.observations.every(({ equal }) => equal);
  return !interrupted && steps.every(({ ok }) => ok) && story.every(({ ok }) => ok) && isSame;
}

/** Deploys, examines, plays, compares, and destroys whatever happens. Never throws what a person can act on. */
export function runSmoke(cloud: SmokeCloud, parts: SmokeRunParts): Promise<SmokeReport> {
  return new SmokeRun(cloud, parts).run();
}

class SmokeRun {
  readonly #cloud: SmokeCloud;
  readonly #parts: SmokeRunParts;
  readonly #steps: SmokeStep[] = [];
  #story: readonly ScenarioStep[] = [];
  #comparison: Comparison | undefined;
  #interrupted = false;
  #remains: Remains | undefined;

  constructor(cloud: SmokeCloud, parts: SmokeRunParts) {
    this.#cloud = cloud;
    this.#parts = parts;
  }

  async run(): Promise<SmokeReport> {
    const { deployment } = this.#cloud;
    try {
      if (deployment === undefined) await this.#examine();
      else if (await this.#step('prepare', () => deployment.prepare())) await this.#whileDeployed(deployment);
    } finally {
      await this.#cloud.close();
    }
    return {
      steps: this.#steps,
      story: this.#story,
      ...(this.#comparison === undefined ? {} : { comparison: this.#comparison }),
      interrupted: this.#interrupted,
      ...(this.#remains === undefined ? {} : { remains: this.#remains }),
    };
  }

  // What fails halfway has created something all the same.
  async #whileDeployed(deployment: Deployment): Promise<void> {
    if (this.#interrupted) return;
    this.#remains = deployment.remains;
    try {
      if (await this.#step('deploy', () => deployment.deploy())) await this.#examine();
    } finally {
      if (await this.#step('destroy', () => deployment.destroy(), { always: true })) this.#remains = undefined;
    }
  }

  async #examine(): Promise<void> {
    for (const { name, isNeeded, run } of this.#cloud.examinations) {
      if (!(await this.#step(name, run)) && isNeeded) return;
    }
    await this.#step('story', async () => {
      this.#story = await this.#cloud.story();
    });
    await this.#step('probes', async () => {
      this.#comparison = await this.#cloud.compare();
    });
  }

  /** @returns whether it went well */
  async #step(name: string, act: () => Promise<void>, { always = false } = {}): Promise<boolean> {
    if (this.#interrupted && !always) return false;
    const { clock, say, signal } = this.#parts;
    const start = clock.now();
    const seconds = (): number => Math.round((clock.now() - start) / 1000);
    say(`${name} ...`);
    try {
      if (!always) throwIfInterrupted(signal);
      await act();
      this.#steps.push({ name, ok: true, seconds: seconds() });
      say(`${name}: ok after ${seconds()} s`);
      return true;
    } catch (error) {
      if (error instanceof Interrupted) this.#interrupted = true;
      else if (!(error instanceof LastwillError)) throw error;
      this.#steps.push({ name, ok: false, seconds: seconds(), problem: error.message });
      say(`${name}: failed: ${error.message}`);
      return false;
    }
  }
}

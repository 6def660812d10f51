/** One reason why a template cannot work, and where in it. Caught by the resolver, which reports all of them at once. */
export class TemplateProblem extends Error {
  /** @param path where in the template, e.g. `Resources.Rule.Properties.Sql`; empty for the whole template. */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(path === '' ? reason : `${path}: ${reason}`);
    this.name = 'TemplateProblem';
  }
}

/** Collects problems, so that a person sees all of them at once. */
export class TemplateProblems {
  readonly #messages = new Set<string>();

  /** Runs `step`; a problem in it is kept and `undefined` returned. */
  collect<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      this.#messages.add(error.message);
      return undefined;
    }
  }

  /** Every problem so far, each once. */
  get messages(): readonly string[] {
    return [...this.#messages];
  }
}

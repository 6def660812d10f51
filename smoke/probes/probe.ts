/** What was seen: words that are the same wherever the same happens. */
export type Observation = string | number | boolean;

/** What was seen, by the name of the observation. */
export type Observations = Readonly<Record<string, Observation>>;

/** A small experiment that shows how a cloud behaves, made alike in the real cloud and in the embedded one. */
export interface Probe<Site> {
  readonly name: string;
  /** What is asked of the cloud. */
  readonly question: string;
  /** The page that answers, or leaves open. */
  readonly source: string;
  /**
   * The observations that no page settles, each with what decides it in the embedded cloud: an option that would follow the
   * real one.
   * @default - every observation is documented
   */
  readonly undocumented?: Readonly<Record<string, string>>;
  observe(site: Site): Promise<Observations>;
}

/** What came of a probe in one cloud: what was seen, or why nothing could be. */
export type ProbeResult =
  | { readonly observed: Observations }
  /** `problem` in one line; not a behaviour, so nothing to compare. */
  | { readonly problem: string };

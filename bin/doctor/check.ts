import { LastwillError } from '../../presence/errors';

/** What a check found. */
export type Outcome =
  | { readonly status: 'ok'; readonly detail: string }
  /** It cannot work like this; `fix` says what to do. */
  | { readonly status: 'failed'; readonly reason: string; readonly fix: string }
  /** Nobody could tell; `why` says what was in the way. */
  | { readonly status: 'unknown'; readonly why: string };

/** One thing that must be right for a device to be watched. */
export interface Check<Ports> {
  readonly name: string;
  /** What is looked at. */
  readonly what: string;
  /** What goes wrong otherwise. */
  readonly why: string;
  run(ports: Ports): Promise<Outcome>;
}

/** What a check found, under its name. */
export type Finding = Outcome & { readonly name: string };

export function ok(detail: string): Outcome {
  return { status: 'ok', detail };
}

export function failed(reason: string, fix: string): Outcome {
  return { status: 'failed', reason, fix };
}

export function unknown(why: string): Outcome {
  return { status: 'unknown', why };
}

/** Runs every check, one after the other. A call that fails makes its check unknown, not wrong. */
export async function runChecks<Ports>(checks: readonly Check<Ports>[], ports: Ports): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push({ name: check.name, ...(await outcomeOf(check, ports)) });
  return findings;
}

async function outcomeOf<Ports>(check: Check<Ports>, ports: Ports): Promise<Outcome> {
  try {
    return await check.run(ports);
  } catch (error) {
    if (error instanceof LastwillError) return unknown(error.message);
    throw error;
  }
}

/** What a finding says after its status, in one line. */
export function explain(finding: Outcome): string {
  if (finding.status === 'ok') return finding.detail;
  return finding.status === 'failed' ? `${finding.reason}; ${finding.fix}` : finding.why;
}

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

/** The outcome of a check that an error decides: before its first colon outside of parentheses is the reason, after it the fix. */
export function failedBy({ message }: LastwillError): Outcome {
  const [head = message] = /^(?:\([^()]*\)|(?!: ).)*/s.exec(message) ?? [];
  return failed(head, message.slice(head.length + ': '.length));
}

/**
 * Runs every check, one after the other. A call that fails makes its check unknown, not wrong; what an earlier check says
 * in the same words is not said again.
 */
export async function runChecks<Ports>(checks: readonly Check<Ports>[], ports: Ports): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const saidBy = new Map<string, string>();
  for (const check of checks) {
    const { name } = check;
    const outcome = await outcomeOf(check, ports, saidBy);
    findings.push({ name, ...outcome });
    if (outcome.status === 'failed') saidBy.set(`${outcome.reason}: ${outcome.fix}`, name);
  }
  return findings;
}

async function outcomeOf<Ports>(check: Check<Ports>, ports: Ports, saidBy: Map<string, string>): Promise<Outcome> {
  try {
    return await check.run(ports);
  } catch (error) {
    if (!(error instanceof LastwillError)) throw error;
    const earlier = saidBy.get(error.message);
    if (earlier !== undefined) return unknown(`see ${earlier}`);
    saidBy.set(error.message, check.name);
    return unknown(error.message);
  }
}

/** What a finding says after its status, in one line. */
export function explain(finding: Outcome): string {
  if (finding.status === 'ok') return finding.detail;
  if (finding.status === 'unknown') return finding.why;
  return finding.fix === '' ? finding.reason : `${finding.reason}; ${finding.fix}`;
}

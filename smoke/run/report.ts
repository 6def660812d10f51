import type { ComparedFact, Comparison, Unobserved } from '../probes/comparison';
import { isAllRight, type SmokeReport } from './smoke-run';

/** A report for people: what went wrong, then what differs, the undocumented first. */
export function renderReport(report: SmokeReport): string {
  const { steps, story, comparison, interrupted, remains } = report;
  const failedSteps = steps.filter(({ ok }) => !ok).map(({ name, problem }) => `FAILED  ${name}: ${problem}`);
  const storyLines = story.map(
    ({ ok, what, milliseconds, detail }) =>
      `${ok ? 'ok    ' : 'FAILED'}  ${what}${milliseconds === undefined ? '' : ` after ${milliseconds} ms`}${ok || detail === undefined ? '' : `: ${detail}`}`,
  );
  return [
    ...section('What failed', failedSteps),
    ...section('The story', storyLines),
    ...(comparison === undefined ? [] : renderComparison(comparison)),
    verdict(report),
    ...(interrupted ? ['interrupted before it was over'] : []),
    ...(remains === undefined ? [] : [`NOT DESTROYED: ${remains.what}; destroy it with: ${remains.command}`]),
    '',
  ].join('\n');
}

function renderComparison({ facts, unobserved }: Comparison): string[] {
  const [open, settled] = [facts.filter(isOpen), facts.filter((fact) => !isOpen(fact))];
  return [
    ...section('What no page settles', table(open)),
    ...section('What is documented', documented(settled)),
    ...section('What would follow the real cloud', advice(facts)),
    ...section('What could not be seen', unobserved.map(renderUnobserved)),
  ];
}

function isOpen({ option }: ComparedFact): boolean {
  return option !== undefined;
}

/** What is as it should be is only counted. */
function documented(facts: readonly ComparedFact[]): string[] {
  const different = facts.filter(({ equal }) => !equal);
  return facts.length === 0 ? [] : [...table(different), `${facts.length - different.length} of ${facts.length} equal`];
}

function table(facts: readonly ComparedFact[]): string[] {
  if (facts.length === 0) return [];
  const head = ['', 'PROBE', 'FACT', 'REAL', 'EMBEDDED'];
  const rows = facts.map(({ equal, probe, fact, real, embedded }) => [
    equal ? 'equal' : 'DIFFERENT',
    probe,
    fact,
    String(real),
    equal ? 'the same' : String(embedded),
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** For every difference where to change the embedded cloud, or which page it contradicts. */
function advice(facts: readonly ComparedFact[]): string[] {
  return facts
    .filter(({ equal }) => !equal)
    .map(({ probe, fact, real, option, source }) =>
      option === undefined
        ? `${probe}, ${fact}: the documents say otherwise or were read wrongly: ${source}`
        : `${probe}, ${fact}: ${option}, so that it gives ${String(real)}`,
    );
}

function renderUnobserved({ probe, cloud, problem }: Unobserved): string {
  return `${probe} (${cloud}): ${problem}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function verdict(report: SmokeReport): string {
  const facts = report.comparison?.facts ?? [];
  const different = facts.filter(({ equal }) => !equal).length;
  const counted = `${facts.length - different} facts equal, ${different} different`;
  return `${isAllRight(report) ? 'all right' : 'not all right'}: ${counted}`;
}

import type { ComparedObservation, Comparison, Unobserved } from '../probes/comparison';
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

function renderComparison({ observations, unobserved }: Comparison): string[] {
  const [open, settled] = [observations.filter(isOpen), observations.filter((observation) => !isOpen(observation))];
  return [
    ...section('What no page settles', table(open)),
    ...section('What is documented', documented(settled)),
    ...section('What would follow the real cloud', advice(observations)),
    ...section('What could not be seen', unobserved.map(renderUnobserved)),
  ];
}

function isOpen({ option }: ComparedObservation): boolean {
  return option !== undefined;
}

/** What is as it should be is only counted. */
function documented(observations: readonly ComparedObservation[]): string[] {
  const different = observations.filter(({ equal }) => !equal);
  return observations.length === 0
    ? []
    : [...table(different), `${observations.length - different.length} of ${observations.length} equal`];
}

function table(observations: readonly ComparedObservation[]): string[] {
  if (observations.length === 0) return [];
  const head = ['', 'PROBE', 'OBSERVATION', 'REAL', 'EMBEDDED'];
  const rows = observations.map(({ equal, probe, observation, real, embedded }) => [
    equal ? 'equal' : 'DIFFERENT',
    probe,
    observation,
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
function advice(observations: readonly ComparedObservation[]): string[] {
  return observations
    .filter(({ equal }) => !equal)
    .map(({ probe, observation, real, option, source }) =>
      option === undefined
        ? `${probe}, ${observation}: the documents say otherwise or were read wrongly: ${source}`
        : `${probe}, ${observation}: ${option}, so that it gives ${String(real)}`,
    );
}

function renderUnobserved({ probe, cloud, problem }: Unobserved): string {
  return `${probe} (${cloud}): ${problem}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function verdict(report: SmokeReport): string {
  const observations = report.comparison?.observations ?? [];
  const different = observations.filter(({ equal }) => !equal).length;
  const counted = `${observations.length - different} observations equal, ${different} different`;
  return `${isAllRight(report) ? 'all right' : 'not all right'}: ${counted}`;
}

import type { Site } from '../sites/site';
import type { Probe } from './probe';

/** The probes as a table in Markdown: what is asked, and which observations no page settles, with what decides each. */
export function probeTable<S extends Site>(probes: readonly Probe<S>[]): string {
  const rows = probes.map(({ name, question, source, undocumented = {} }) => {
    const open = Object.entries(undocumented).map(
      ([observation, option]) => `${cell(observation)}: \`${cell(option)}\``,
    );
    return `| [${cell(name)}](${source}) | ${cell(question)} | ${open.join('; ')} |`;
  });
  return ['| probe | asks | what no page settles, and what decides it here |', '|---|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*');
}

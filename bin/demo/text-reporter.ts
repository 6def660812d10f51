import type { ScenarioStep } from '../../device';
import type { Style } from '../style';
import type { Reporter } from './scenario';

/** Prints a scenario as a timeline: time since the moment that matters, verdict, what was seen. */
export function textReporter(write: (line: string) => void, style: Style): Reporter {
  return {
    scenario: (title) => write(`\n${style.bold(title)}`),
    part: (title) => write(`\n  ${style.bold(title)}`),
    step: (step) => write(stepLine(step, style)),
    note: (text) => {
      for (const line of text.split('\n')) write(style.dim(`${' '.repeat(16)}${line}`));
    },
  };
}

function stepLine(step: ScenarioStep, style: Style): string {
  const time = step.milliseconds === undefined ? '' : `+${step.milliseconds.toFixed(1)} ms`;
  const mark = step.ok ? style.green('ok  ') : style.red('FAIL');
  const detail = step.detail === undefined ? '' : style.dim(`  ${step.detail}`);
  return `${time.padStart(14)}  ${mark} ${step.what}${detail}`;
}

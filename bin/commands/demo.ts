import { Argument, type Command } from 'commander';
import { LastwillError } from '../../presence/errors';
import { DEFAULT_STATE } from '../device/local-cloud';
import { jsonLine } from '../json-line';
import { styleFor } from '../style';

/** Names of the scenarios that a person can ask for. */
const SCENARIO_NAMES = ['aws', 'azure', 'mqtt5', 'lamp'] as const;

interface DemoFlags {
  readonly state: string;
  readonly json?: boolean;
}

/** `lastwill demo`: plays the scenarios in the embedded cloud. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('play the scenarios in the embedded cloud, with a timeline and a verdict for every step')
    .addArgument(new Argument('[SCENARIO]', 'which one').choices([...SCENARIO_NAMES, 'all']).default('all'))
    .option('--state <DIR>', 'the demo keeps its state in DIR/demo', DEFAULT_STATE)
    .option('--json', 'print one JSON line, the timeline goes to stderr')
    .action(runDemo);
}

async function runDemo(name: string, flags: DemoFlags): Promise<void> {
  // Scenarios load the engine, the agent and the AWS CDK.
  const { playScenario } = require('../demo/scenario') as typeof import('../demo/scenario');
  const { scenariosNamed } = require('../demo/scenarios') as typeof import('../demo/scenarios');
  const { textReporter } = require('../demo/text-reporter') as typeof import('../demo/text-reporter');
  const output = flags.json === true ? process.stderr : process.stdout;
  const style = styleFor(output);
  const reporter = textReporter((line) => output.write(`${line}\n`), style);
  const results = [];
  for (const scenario of scenariosNamed(name, flags.state)) results.push(await playScenario(scenario, reporter));
  const ok = results.every((result) => result.ok);
  const steps = results.flatMap((result) => result.steps);
  const missing = steps.filter((step) => !step.ok).length;
  if (flags.json === true) process.stdout.write(jsonLine({ ok, scenarios: results }));
  output.write(
    `\n${ok ? style.green(`all ${steps.length} steps happened`) : style.red(`${missing} of ${steps.length} steps did not happen`)}\n`,
  );
  if (!ok) throw new LastwillError('SCENARIO_FAILED', `${missing} of ${steps.length} steps did not happen`);
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medianOf, verdict } from './verdict';

/**
 * CPU time of a process that synthesizes the last-will stack, as a ratio to the same resources written as L1 by hand.
 * CPU time and not the clock on the wall, which also shows what else the machine does.
 */
const RATIO_BUDGET = 1.25;
const ROUNDS = 11;

const certificateSigningRequest = readFileSync('test/fixtures/store/aws/lwtThing/client.csr', 'utf8');

function synthesizeConstructs(outdir: string): void {
  const { addAwsLwtStack, createAwsApp } = require('../lib/aws-app') as typeof import('../lib/aws-app');
  const app = createAwsApp({ outputDirectory: outdir });
  addAwsLwtStack(app, { devices: [{ name: 'lwtThing', certificateSigningRequest }], notify: ['support@example.com'] });
  app.synth();
}

function synthesizeBare(outdir: string): void {
  const { App } = require('aws-cdk-lib') as typeof import('aws-cdk-lib');
  const { BareLwtStack } = require('./bare-lwt-stack') as typeof import('./bare-lwt-stack');
  const app = new App({ outdir, analyticsReporting: false });
  new BareLwtStack(app, 'LwtStack', { certificateSigningRequest });
  app.synth();
}

interface Took {
  /** Milliseconds of the processors, on all threads. */
  readonly cpu: number;
  /** Milliseconds until the process has ended. */
  readonly wall: number;
}

/** What a process of its own takes to load what it needs and to synthesize. */
function timeProcess(kind: 'constructs' | 'bare'): Took {
  const outdir = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const before = performance.now();
  const arguments_ = ['--import', 'tsx', __filename, kind, outdir];
  const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, {
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  const wall = performance.now() - before;
  rmSync(outdir, { recursive: true, force: true });
  if (status !== 0) throw new Error(`synthesis of ${kind} failed: ${stderr.toString()}`);
  return { cpu: Number(stdout), wall };
}

function compare(): void {
  for (const kind of ['constructs', 'bare'] as const) timeProcess(kind);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    constructs: timeProcess('constructs'),
    bare: timeProcess('bare'),
  }));
  const median = (kind: 'constructs' | 'bare', what: keyof Took): string =>
    medianOf(rounds.map((round) => round[kind][what])).toFixed(0);
  const ratio = medianOf(rounds.map((round) => round.constructs.cpu / round.bare.cpu));
  verdict(
    `synth of the last-will stack by a process: ${median('constructs', 'cpu')} ms of CPU (${median('constructs', 'wall')} ms on the wall), ` +
      `the same resources as bare L1 ${median('bare', 'cpu')} ms (${median('bare', 'wall')} ms): ${ratio.toFixed(2)}x, budget ${RATIO_BUDGET}x`,
    ratio <= RATIO_BUDGET,
  );
}

function printCpuTime(): void {
  const { user, system } = process.cpuUsage();
  process.stdout.write(String((user + system) / 1000));
}

const [kind, outdir = ''] = process.argv.slice(2);
if (kind === 'constructs') synthesizeConstructs(outdir);
else if (kind === 'bare') synthesizeBare(outdir);
else compare();
if (kind !== undefined) printCpuTime();

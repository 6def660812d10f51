import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medianOf, verdict } from './verdict';

/** Synthesis of the last-will stack by an app of its own, as a ratio to the same resources written as L1 by hand. */
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

/** Milliseconds that a process of its own takes to load what it needs and to synthesize. */
function timeProcess(kind: 'constructs' | 'bare'): number {
  const outdir = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const before = performance.now();
  const arguments_ = ['--import', 'tsx', __filename, kind, outdir];
  const { status, stderr } = spawnSync(process.execPath, arguments_, {
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  const took = performance.now() - before;
  rmSync(outdir, { recursive: true, force: true });
  if (status !== 0) throw new Error(`synthesis of ${kind} failed: ${stderr.toString()}`);
  return took;
}

function compare(): void {
  for (const kind of ['constructs', 'bare'] as const) timeProcess(kind);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    constructs: timeProcess('constructs'),
    bare: timeProcess('bare'),
  }));
  const constructs = medianOf(rounds.map((round) => round.constructs));
  const bare = medianOf(rounds.map((round) => round.bare));
  const ratio = medianOf(rounds.map((round) => round.constructs / round.bare));
  verdict(
    `synth of the last-will stack by a process: ${constructs.toFixed(0)} ms, the same resources as bare L1 ${bare.toFixed(0)} ms: ${ratio.toFixed(2)}x, budget ${RATIO_BUDGET}x`,
    ratio <= RATIO_BUDGET,
  );
}

const [kind, outdir = ''] = process.argv.slice(2);
if (kind === 'constructs') synthesizeConstructs(outdir);
else if (kind === 'bare') synthesizeBare(outdir);
else compare();

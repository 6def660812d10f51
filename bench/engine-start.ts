import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeOwnAwsTemplate } from '../bin/local/templates';
import { Engine } from '../local/engine';
import { medianOf, verdict } from './verdict';

/** From the template to an engine that accepts connections, with cached certificates, in milliseconds. */
const START_BUDGET_MILLISECONDS = 100;
const ROUNDS = 21;

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const stateDirectory = join(directory, 'state');
  try {
    const templates = [await synthesizeOwnAwsTemplate(join(directory, 'certificates'))];
    const start = async (): Promise<number> => {
      const before = performance.now();
      const engine = await Engine.start({ aws: { templates }, stateDirectory });
      await engine.listen();
      const took = performance.now() - before;
      await engine.stop();
      return took;
    };
    const first = await start();
    const cached: number[] = [];
    for (let round = 0; round < ROUNDS; round++) cached.push(await start());
    const median = medianOf(cached);
    verdict(
      `engine start in process, last-will stack: ${median.toFixed(1)} ms with cached certificates (median of ${ROUNDS}), ${first.toFixed(0)} ms when it makes them, budget ${START_BUDGET_MILLISECONDS} ms`,
      median <= START_BUDGET_MILLISECONDS,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

void main();

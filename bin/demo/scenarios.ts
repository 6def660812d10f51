import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { awsScenario } from './aws-scenario';
import { azureScenario } from './azure-scenario';
import { lampScenario } from './lamp-scenario';
import { mqtt5Scenario } from './mqtt5-scenario';
import type { Scenario } from './scenario';

/**
 * The scenarios of a name, or every one for `all`; what an earlier demo left, keys apart, is removed first.
 * @public loaded where it is needed
 */
export function scenariosNamed(name: string, stateDirectory: string): readonly Scenario[] {
  const scenarios: readonly ((directory: string) => Scenario)[] = [
    awsScenario,
    azureScenario,
    mqtt5Scenario,
    lampScenario,
  ];
  const all = scenarios.map((create) => create(join(stateDirectory, 'demo')));
  const chosen = name === 'all' ? all : all.filter((scenario) => scenario.name === name);
  for (const trace of ['outbox', 'events.ndjson', 'events.1.ndjson']) {
    rmSync(join(stateDirectory, 'demo', trace), { recursive: true, force: true });
  }
  return chosen;
}

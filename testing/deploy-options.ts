import type { LambdaHandler } from '../local/actions/ports';
import type { EngineListenOptions, EngineOptions } from '../local/engine';
import { parametersForCloudFormation } from '../local/template/parameters-of-both';
import type { Clock } from '../presence/clock';
import { type Deployable, deploymentOf } from './deployable';

/** How templates are deployed to the embedded cloud of a test. */
export interface DeployOptions {
  /** @default - a ManualClock that stands at 2026-01-01T00:00:00Z */
  readonly clock?: Clock;
  /** An integer; the same seed gives the same ids, the same order and so the same event log. @default 1 */
  readonly seed?: number;
  /** Values of template parameters and Terraform variables by name. @default - the templates' defaults */
  readonly parameters?: Readonly<{ [name: string]: string }>;
  /** The Event Grid namespace that runs, by its name. @default - the first that the Terraform configuration declares */
  readonly namespace?: string;
  /** What stands for Lambda functions, by logical id, construct id, function name or ARN. @default - invocations are only recorded */
  readonly lambda?: Readonly<{ [name: string]: LambdaHandler }>;
  /** Opens ports, for devices of other processes; their identities go to a state folder. @default - no port is opened */
  readonly ports?: EngineListenOptions & { readonly stateDirectory: string };
}

/** What the engine is told of templates and options. */
export function cloudsOf(
  deployables: readonly Deployable[],
  options: DeployOptions,
): Pick<EngineOptions, 'aws' | 'azure'> {
  const { cloudFormation, terraform } = deploymentOf(deployables);
  const { parameters = {}, lambda = {}, namespace } = options;
  const aws = {
    templates: cloudFormation,
    parameters: parametersForCloudFormation(parameters, { cloudFormation, terraform }),
    lambda: new Map(Object.entries(lambda)),
  };
  return {
    ...(cloudFormation.length === 0 ? {} : { aws }),
    ...(terraform.length === 0
      ? {}
      : { azure: { template: terraform, parameters, ...(namespace === undefined ? {} : { namespace }) } }),
  };
}

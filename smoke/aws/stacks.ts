import type { App } from 'aws-cdk-lib';
import { DEFAULT_STORE, readCsrs } from '../../bin/store/store';
import { addAwsLwtStack } from '../../lib/aws-app';
import { readAwsLwtContext } from '../../lib/aws-lwt-context';
import type { Context } from '../../lib/context-reader';
import { namesWithPrefix } from '../../lib/name-prefix';
import { LastwillError, mustBe } from '../../presence/errors';
import { PROBE_RULES_STACK_ID, ProbeRulesStack } from './probe-rules-stack';

/**
 * Adds what the smoke test deploys: the stack of `bin/aws.ts` with a prefix, and the rules of the probes.
 * @throws LastwillError OPTION_INVALID that names every key, rule and value that is wrong.
 */
export function addSmokeStacks(app: App): void {
  const { deviceNames, store, props } = readAwsLwtContext(app.node.getAllContext() as Context);
  const requests = readCsrs(store ?? DEFAULT_STORE, deviceNames);
  const { namePrefix, ...rest } = props(
    deviceNames.map((name) => ({ name, certificateSigningRequest: requests[name] })),
  );
  if (namePrefix === undefined) throw new LastwillError('OPTION_INVALID', mustBe('context namePrefix', 'given', ''));
  const names = namesWithPrefix(namePrefix);
  addAwsLwtStack(app, { ...rest, namePrefix });
  new ProbeRulesStack(app, PROBE_RULES_STACK_ID, {
    stackName: names.stackName(PROBE_RULES_STACK_ID),
    description: 'Rules that show how AWS IoT Core evaluates statements; of a smoke test, to be destroyed with it',
    namePrefix,
    probeTopic: names.topic('/probe'),
  });
}

import type { Action, ActionInvocation } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';
import type { LambdaFunctions } from './lambda-functions';
import type { LambdaHandler } from './ports';

const UNDERTAKING = 'invoke the Lambda function';

/** The `Lambda` action; the function is invoked asynchronously. @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html */
export function lambdaAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  functions: LambdaFunctions,
): Action {
  const arnTemplate = properties.text('FunctionArn');
  const { arn: sourceArn, account: sourceAccount } = identity.rule;
  return {
    type: identity.type,
    prepare: (invocation) => {
      const arn = invocation.substitute(arnTemplate);
      const invoker = { service: 'iot.amazonaws.com', sourceArn, sourceAccount };
      const problem = functions.invokeProblem(arn, invoker);
      if (problem !== undefined) throw identity.denial(arn, UNDERTAKING, problem);
      const handler = functions.handlerFor(arn);
      const event = eventOf(invocation);
      if (handler === undefined) return { resource: arn, recorded: true, details: { functionArn: arn } };
      return { resource: arn, apply: () => invoke(handler, event, arn, context) };
    },
  };
}

/** JSON arrives parsed; bytes that are not JSON as text in base64. */
function eventOf({ value, payload }: ActionInvocation): unknown {
  return value === undefined ? payload.toString('base64') : value;
}

/** Runs a handler; an error in it is the function's own affair, as with every asynchronous invocation. */
export async function invoke(
  handler: LambdaHandler,
  event: unknown,
  arn: string,
  { log }: ActionContext,
): Promise<void> {
  try {
    await handler(event);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.write({ type: 'warning', resource: arn, reason: `the Lambda function failed: ${reason}` });
  }
}

import { constructId } from '../custom-resource';
import type { ResolvedResource } from '../resolved-template';
import type { ActionContext } from './action-context';
import { conditionHolds } from './iam-condition';
import type { LambdaHandler } from './ports';

/** A service that wants to invoke a function, on behalf of one of its resources. */
export interface Invoker {
  /** E.g. `iot.amazonaws.com`. */
  readonly service: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** The Lambda functions of the templates, and the handlers that stand for them. */
export class LambdaFunctions {
  constructor(
    private readonly context: ActionContext,
    private readonly handlers: ReadonlyMap<string, LambdaHandler>,
  ) {}

  /** The handler given for a function: by logical or construct id, name, or ARN, with or without a version or alias. */
  handlerFor(functionArn: string): LambdaHandler | undefined {
    const resource = this.#resourceOf(functionArn);
    const ids = resource === undefined ? [] : [resource.logicalId, resource.ref, constructId(resource.logicalId)];
    const names = [functionArn, unqualified(functionArn), nameOf(functionArn), ...ids];
    return names.map((name) => this.handlers.get(name)).find((handler) => handler !== undefined);
  }

  /**
   * Why a service may not invoke a function, or `undefined` when it may. A function that is in no template cannot be
   * checked.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
   */
  invokeProblem(functionArn: string, invoker: Invoker): string | undefined {
    const resource = this.#resourceOf(functionArn);
    if (resource === undefined) return undefined;
    const allowed = this.context.resources
      .ofType('AWS::Lambda::Permission')
      .some(
        ({ properties }) =>
          this.#resourceOf(String(properties.FunctionName)) === resource && permits(properties, invoker),
      );
    if (allowed) return undefined;
    return (
      `User: ${invoker.service} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} because no ` +
      `AWS::Lambda::Permission allows it for ${invoker.sourceArn}`
    );
  }

  #resourceOf(identifier: string): ResolvedResource | undefined {
    const name = nameOf(identifier);
    return this.context.resources
      .ofType('AWS::Lambda::Function')
      .find(({ ref, attributes }) => ref === name || attributes.Arn === unqualified(identifier));
  }
}

function permits(permission: Readonly<Record<string, unknown>>, invoker: Invoker): boolean {
  const { Principal: principal, Action: action, SourceArn: sourceArn, SourceAccount: sourceAccount } = permission;
  if (principal !== invoker.service && principal !== '*') return false;
  if (action !== 'lambda:InvokeFunction' && action !== 'lambda:*') return false;
  const condition = {
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
  };
  const context = new Map([
    ['aws:sourcearn', [invoker.sourceArn]],
    ['aws:sourceaccount', [invoker.sourceAccount]],
  ]);
  return conditionHolds(condition, context);
}

/** The function's name in an ARN, a partial ARN (`account:function:name`) or a name, each with or without qualifier. */
function nameOf(identifier: string): string {
  const after = /(?:^|:)function:([^:]+)/.exec(identifier)?.[1];
  return after ?? identifier.split(':')[0] ?? identifier;
}

function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

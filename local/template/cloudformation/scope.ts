import type { JsonObject } from '../../json-value';

/** Stands for `AWS::NoValue`: whoever holds the place drops it. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** What the intrinsic functions of one template may ask for. */
export interface Scope {
  readonly region: string;
  readonly mappings: JsonObject;
  /**
   * The value of a parameter, pseudo parameter or resource.
   * @throws TemplateProblem when the template has nothing of that name.
   */
  reference(name: string, path: string): unknown;
  /** @throws TemplateProblem when there is no such resource or attribute. */
  attribute(logicalId: string, attribute: string, path: string): unknown;
  /** @throws TemplateProblem when there is no such condition or it depends on itself. */
  condition(name: string, path: string): boolean;
  /** @throws TemplateProblem when no template exports the name. */
  imported(name: string, path: string): unknown;
  /**
   * Whether a value refers to a resource whose type is not known here, so that what `Ref` and `Fn::GetAtt` gave for it
   * has not the form that it has in AWS.
   */
  isMadeUp(value: unknown): boolean;
  /** Says once that something is not done here. */
  warn(warning: string): void;
}

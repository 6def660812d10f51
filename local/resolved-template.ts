/** A template whose parameters, conditions and intrinsics have been resolved: what the embedded cloud runs. */
export interface ResolvedTemplate {
  /** Stack name, or the file's name without its extension. */
  readonly name: string;
  /** The file as the user named it, for messages. @default - the template did not come from a file */
  readonly file?: string;
  /** Every resource whose condition holds, by logical id, in an order in which each comes after what it depends on. */
  readonly resources: readonly ResolvedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was skipped or could not be kept, in words for the user. */
  readonly warnings: readonly string[];
  /** Those of the warnings that tell of something that may matter and is not known. @default - nothing is missing */
  readonly gaps?: readonly ResolutionGap[];
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** Something that may matter and is not known before a deployment. */
export interface ResolutionGap {
  readonly logicalId: string;
  readonly message: string;
}

/** One resource: its properties are plain JSON, with every reference replaced. */
export interface ResolvedResource {
  readonly logicalId: string;
  /** E.g. `AWS::IoT::Thing` or `Microsoft.EventGrid/namespaces/clients`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Ref` gave for it. */
  readonly ref: string;
  /** What `Fn::GetAtt` gave for it, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What the template says beside the resource under names that start with `lastwill:`, without being deployed. @default - nothing */
  readonly comments?: Readonly<Record<string, unknown>>;
}

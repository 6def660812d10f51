import { type IResolvable, type TerraformMetaArguments, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { refuseHcl } from './azapi-provider';
import { type AzapiBody, type AzapiSettings, type JsonValue, renderSettings } from './azapi-settings';

/** Managed identity of a resource. */
export interface AzapiIdentity {
  /** Whether Azure makes an identity with the resource, or it is given some, or both. */
  readonly type: 'SystemAssigned' | 'UserAssigned' | 'SystemAssigned, UserAssigned';
  /** ARM ids of the user-assigned identities. @default - none */
  readonly identityIds?: readonly string[];
}

/** Properties of {@link AzapiResource}. */
export interface AzapiResourceProps extends TerraformMetaArguments, AzapiSettings {
  /** Resource type and API version, e.g. `Microsoft.EventGrid/namespaces@2025-02-15`. */
  readonly type: string;
  /** Name of the resource. */
  readonly name: string;
  /** Id of the resource that this one belongs to. */
  readonly parentId: string;
  /** Azure region. @default - none; child resources have no location */
  readonly location?: string;
  /** What is written, as the resource type's schema says. @default - an empty body */
  readonly body?: AzapiBody | IResolvable;
  /** Azure tags, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Rendered at synthesis, so that it may still change after construction. @default - none */
  readonly identity?: () => AzapiIdentity | undefined;
  /** A value whose change replaces the resource. @default - none */
  readonly replaceTriggersExternalValues?: JsonValue;
}

/**
 * One resource of Azure Resource Manager.
 * @see https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
 */
export class AzapiResource extends TerraformResource {
  readonly #props: AzapiResourceProps;
  readonly #comments: Record<string, JsonValue> = {};

  constructor(scope: Construct, id: string, props: AzapiResourceProps) {
    super(scope, id, {
      ...props,
      terraformResourceType: 'azapi_resource',
      terraformGeneratorMetadata: { providerName: 'azapi' },
    });
    this.#props = props;
  }

  /** Resource id, as a reference. */
  get resourceId(): string {
    return this.getStringAttribute('id');
  }

  /** Name, as a reference: whoever uses it is created after this resource. */
  get resourceName(): string {
    return this.getStringAttribute('name');
  }

  /** A value of the response, e.g. `properties.principalId`; its path must be among the exported ones. */
  outputOf(path: string): string {
    return this.getStringAttribute(`output.${path}`);
  }

  /**
   * Says something beside the resource that tools can read: it stands under `//` in the configuration, which Terraform
   * ignores, so that it is neither deployed nor kept in the state. The same name again replaces what was said.
   */
  addComment(name: string, comment: JsonValue): void {
    this.#comments[name] = comment;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const identity = this.#props.identity?.();
    return {
      ...(Object.keys(this.#comments).length === 0 ? {} : { '//': this.#comments }),
      type: this.#props.type,
      name: this.#props.name,
      parent_id: this.#props.parentId,
      location: this.#props.location,
      body: this.#props.body,
      tags: this.#props.tags,
      identity: identity && { type: identity.type, identity_ids: identity.identityIds },
      replace_triggers_external_values: this.#props.replaceTriggersExternalValues,
      ...renderSettings(this.#props),
    };
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

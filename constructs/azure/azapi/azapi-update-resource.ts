import { type TerraformMetaArguments, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { refuseHcl } from './azapi-provider';
import { type AzapiBody, type AzapiSettings, renderSettings } from './azapi-settings';

/** Properties of {@link AzapiUpdateResource}. */
export interface AzapiUpdateResourceProps extends TerraformMetaArguments, AzapiSettings {
  /** Resource type and API version, e.g. `Microsoft.EventGrid/namespaces@2025-02-15`. */
  readonly type: string;
  /** Id of the resource that is changed. */
  readonly resourceId: string;
  /** What is merged into the resource. */
  readonly body: AzapiBody;
}

/**
 * A change to a resource that another construct or person created: reads it, merges the body, writes it back.
 * @see https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/update_resource
 */
export class AzapiUpdateResource extends TerraformResource {
  readonly #props: AzapiUpdateResourceProps;

  constructor(scope: Construct, id: string, props: AzapiUpdateResourceProps) {
    super(scope, id, {
      ...props,
      terraformResourceType: 'azapi_update_resource',
      terraformGeneratorMetadata: { providerName: 'azapi' },
    });
    this.#props = props;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      type: this.#props.type,
      resource_id: this.#props.resourceId,
      body: this.#props.body,
      ...renderSettings(this.#props),
    };
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

import { TerraformDataSource, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { refuseHcl } from './azapi-provider';

const SHARED_ID = 'azapi-client-config';

/**
 * Who deploys, and to which subscription.
 * @see https://registry.terraform.io/providers/Azure/azapi/latest/docs/data-sources/client_config
 */
export class DataAzapiClientConfig extends TerraformDataSource {
  /** The one that the constructs of a stack share. */
  static of(scope: IConstruct): DataAzapiClientConfig {
    const stack = TerraformStack.of(scope);
    const existing = stack.node.tryFindChild(SHARED_ID);
    return existing instanceof DataAzapiClientConfig ? existing : new DataAzapiClientConfig(stack, SHARED_ID);
  }

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: 'azapi_client_config',
      terraformGeneratorMetadata: { providerName: 'azapi' },
    });
  }

  /** E.g. `/subscriptions/00000000-0000-0000-0000-000000000000`. */
  get subscriptionResourceId(): string {
    return this.getStringAttribute('subscription_resource_id');
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

import { TerraformProvider } from 'cdktf';
import type { Construct } from 'constructs';
import { LastwillError, mustBe } from '../../../presence/errors';

/** The azapi version that the constructs are written and checked against. */
const AZAPI_VERSION = '2.12.0';

/** Settings of {@link AzapiProvider}. */
export interface AzapiProviderProps {
  /** Tells several providers of one stack apart. @default - the stack's default azapi provider */
  readonly alias?: string;
  /** Subscription to deploy to. @default - ARM_SUBSCRIPTION_ID, else the subscription that the Azure CLI is logged in to */
  readonly subscriptionId?: string;
  /** Tenant to authenticate with. @default - ARM_TENANT_ID, else the tenant that the Azure CLI is logged in to */
  readonly tenantId?: string;
  /** Version constraint of the provider. @default - the exact version that these constructs are checked against */
  readonly version?: string;
}

/**
 * The azapi Terraform provider: every resource of Azure Resource Manager, by its API version.
 * @see https://registry.terraform.io/providers/Azure/azapi/latest/docs
 */
export class AzapiProvider extends TerraformProvider {
  readonly #props: AzapiProviderProps;

  constructor(scope: Construct, id: string, props: AzapiProviderProps = {}) {
    super(scope, id, {
      terraformResourceType: 'azapi',
      terraformGeneratorMetadata: { providerName: 'azapi', providerVersion: props.version ?? AZAPI_VERSION },
      terraformProviderSource: 'Azure/azapi',
    });
    this.#props = props;
  }

  override get alias(): string | undefined {
    return this.#props.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      alias: this.#props.alias,
      subscription_id: this.#props.subscriptionId,
      tenant_id: this.#props.tenantId,
    };
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

/** Stops a synthesis to HCL, which would silently lose every attribute of these bindings. */
export function refuseHcl(): never {
  throw new LastwillError('OPTION_INVALID', mustBe('hclOutput', 'off: these bindings synthesize Terraform JSON', true));
}

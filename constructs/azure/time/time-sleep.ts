import { type TerraformMetaArguments, TerraformProvider, TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { refuseHcl } from '../azapi/azapi-provider';

const GENERATOR = { providerName: 'time', providerVersion: '0.13.1' };

/** The hashicorp/time Terraform provider. @see https://registry.terraform.io/providers/hashicorp/time/latest/docs */
export class TimeProvider extends TerraformProvider {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      terraformResourceType: 'time',
      terraformGeneratorMetadata: GENERATOR,
      terraformProviderSource: 'hashicorp/time',
    });
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

/** Properties of {@link TimeSleep}. */
export interface TimeSleepProps extends TerraformMetaArguments {
  /** Seconds to wait after what this depends on has been created. */
  readonly createSeconds: number;
}

/** A wait: what depends on it starts so much later. Adds the time provider to the stack when it has none. */
export class TimeSleep extends TerraformResource {
  readonly #props: TimeSleepProps;

  constructor(scope: Construct, id: string, props: TimeSleepProps) {
    super(scope, id, { ...props, terraformResourceType: 'time_sleep', terraformGeneratorMetadata: GENERATOR });
    this.#props = props;
    const stack = TerraformStack.of(this);
    const present = stack.allProviders().some((provider) => provider.terraformResourceType === 'time');
    if (!present) new TimeProvider(stack, 'time');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { create_duration: `${this.#props.createSeconds}s` };
  }

  protected override synthesizeHclAttributes(): never {
    return refuseHcl();
  }
}

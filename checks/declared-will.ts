import { isJsonObject, type JsonObject } from '../local/json-value';
import type { ResolvedTemplate } from '../local/resolved-template';

/** A last will that devices leave, as far as it is known before any device connects. */
export interface DeclaredWill {
  /** `{device}` in it stands for the device's name. */
  readonly topic: string;
  /** What it says; `{device}` in it stands for the device's name. @default - unknown, so that no WHERE is proved */
  readonly payload?: string;
  /** @default false */
  readonly retain?: boolean;
  /** Seconds. @default - unknown */
  readonly keepAliveSeconds?: number;
  /** Seconds between the end of the connection and the will. @default 0 */
  readonly delaySeconds?: number;
  /** Seconds for which a device's session outlives its connection. @default - unknown */
  readonly sessionExpirySeconds?: number;
}

/** A will that a template declares itself. */
export interface TemplateWill extends DeclaredWill {
  /** The resource whose metadata declare it. */
  readonly source: { readonly template: string; readonly logicalId: string };
  /** Name of the policy under which the devices connect. @default - every policy */
  readonly policyName?: string;
}

/** Where a template declares a will: in the `Metadata` of a resource of CloudFormation, in the `//` of one of Terraform. */
export const WILL_METADATA = 'lastwill:will';

/** The wills that the resources of CloudFormation templates declare. */
export function willsOf(templates: readonly ResolvedTemplate[]): TemplateWill[] {
  return templates.flatMap(({ name, file, resources }) =>
    resources.flatMap(({ logicalId, comments }) => {
      const will = comments?.[WILL_METADATA];
      return isJsonObject(will) && typeof will.topic === 'string'
        ? [readWill({ ...will, topic: will.topic }, { template: file ?? name, logicalId })]
        : [];
    }),
  );
}

function readWill(will: JsonObject & { readonly topic: string }, source: TemplateWill['source']): TemplateWill {
  const { topic, payload, retain, delaySeconds, policy } = will;
  return {
    topic,
    retain: retain === true,
    source,
    ...(typeof payload === 'string' ? { payload } : {}),
    ...(typeof delaySeconds === 'number' ? { delaySeconds } : {}),
    ...(typeof policy === 'string' ? { policyName: policy } : {}),
  };
}

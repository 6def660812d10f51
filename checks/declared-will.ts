import { isJsonObject, type JsonObject } from '../local/json-value';
import type { ResolvedTemplate } from '../local/resolved-template';
import { LastwillError, mustBe } from '../presence/errors';

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

const NUMBERS = ['qos', 'delaySeconds', 'sessionExpirySeconds', 'keepAliveSeconds'] as const;

/**
 * The wills that the resources of CloudFormation templates declare.
 * @throws LastwillError TEMPLATE_INVALID that names what is no will.
 */
export function willsOf(templates: readonly ResolvedTemplate[]): TemplateWill[] {
  return templates.flatMap(({ name, file, resources }) =>
    resources.flatMap(({ logicalId, comments }) => {
      const will = comments?.[WILL_METADATA];
      if (will === undefined) return [];
      const source = { template: file ?? name, logicalId };
      const { policy } = isJsonObject(will) ? will : {};
      const read = readWill(will, `${source.template}: ${logicalId}.Metadata.${WILL_METADATA}`);
      return [{ ...read, source, ...(typeof policy === 'string' ? { policyName: policy } : {}) }];
    }),
  );
}

/**
 * Reads a will that a template declares at `place`; a payload that is no text travels as JSON.
 * @throws LastwillError TEMPLATE_INVALID that names what is no will.
 */
export function readWill(will: unknown, place: string): DeclaredWill {
  if (!isJsonObject(will) || typeof will.topic !== 'string') {
    throw new LastwillError('TEMPLATE_INVALID', mustBe(place, 'an object with a topic', will));
  }
  const { topic, payload, retain = false } = will;
  return {
    topic,
    ...(payload === undefined || payload === null
      ? {}
      : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    retain: retain === true,
    ...Object.fromEntries(NUMBERS.flatMap((name) => numberIn(will, name, place))),
  };
}

function numberIn(will: JsonObject, name: string, place: string): [string, number][] {
  const value = will[name];
  if (value === undefined || value === null) return [];
  if (typeof value === 'number') return [[name, value]];
  // What a parameter of type Number resolves to is text.
  if (typeof value === 'string' && /^\d+$/.test(value)) return [[name, Number(value)]];
  throw new LastwillError('TEMPLATE_INVALID', mustBe(`${place}.${name}`, 'a number', value));
}

import { createHash } from 'node:crypto';
import { isCustomResource, makesCertificate } from '../../custom-resource';
import type { JsonObject } from '../../json-value';
import { CERTIFICATE_MAKER, RESOURCE_KINDS, type ResourceKind } from './kinds';

/** What exists once a resource has been created. */
export interface Provisioned {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether there are no attributes but these, so that another one is a mistake. @default false */
  readonly closed?: true;
}

/** The stack that a resource belongs to. */
export interface StackIdentity {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** The domain under which a partition's services are found. */
export function urlSuffix(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/**
 * Physical name, `Ref` and attributes of a resource as CloudFormation would give them. The name is the one in the
 * properties, or `STACK-LOGICALID-SUFFIX`; the same stack always gives the same values.
 */
export function defaultProvisioned(
  type: string,
  logicalId: string,
  properties: JsonObject,
  stack: StackIdentity,
): Provisioned {
  const kind = RESOURCE_KINDS.get(type) ?? (makesCertificate(type, properties) ? CERTIFICATE_MAKER : {});
  const values = new Map(Object.entries(placeholders(kind, logicalId, properties, stack)));
  const render = (template: string): string =>
    template.replace(/\{(\.?)(\w+)\}/g, (_, dot: string, key: string) =>
      dot === '.' ? textOf(properties[key]) : (values.get(key) ?? ''),
    );
  values.set('arn', `arn:${stack.partition}:${render(kind.arn ?? genericArn(type))}`);
  const ref = render(kind.ref ?? '{name}');
  values.set('ref', ref);
  const attributes = kind.attributes ?? (kind.arn === undefined ? {} : { Arn: '{arn}' });
  return { ref, attributes: Object.fromEntries(Object.entries(attributes).map(([key, text]) => [key, render(text)])) };
}

/**
 * A plausible value for an attribute that is not known here, or `undefined` when the type is known not to have it.
 */
export function plausibleAttribute(
  type: string,
  logicalId: string,
  attribute: string,
  stack: StackIdentity,
): string | undefined {
  if (RESOURCE_KINDS.get(type)?.closed === true) return undefined;
  const name = physicalName({}, logicalId, {}, stack);
  if (isCustomResource(type) && /certificateArn$/i.test(attribute)) {
    return `arn:${stack.partition}:iot:${stack.region}:${stack.account}:cert/${digestOf(stack, logicalId)}`;
  }
  if (isCustomResource(type) && /certificateId$/i.test(attribute)) return digestOf(stack, logicalId);
  if (/arn$/i.test(attribute)) {
    return `arn:${stack.partition}:${genericArn(type)
      .replace('{region}', stack.region)
      .replace('{account}', stack.account)
      .replace('{name}', name)}`;
  }
  if (/(url|uri|endpoint)$/i.test(attribute))
    return `https://${name.toLowerCase()}.${stack.region}.${urlSuffix(stack.partition)}`;
  return `${name}-${attribute.replaceAll('.', '-')}`;
}

function placeholders(
  kind: ResourceKind,
  logicalId: string,
  properties: JsonObject,
  stack: StackIdentity,
): Record<string, string> {
  const digest = digestOf(stack, logicalId);
  return {
    name: physicalName(kind, logicalId, properties, stack),
    region: stack.region,
    account: stack.account,
    partition: stack.partition,
    suffix: urlSuffix(stack.partition),
    id: shortId(digest),
    uuid: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`,
    hex: digest,
    path: textOf(properties.Path) === '' ? '/' : textOf(properties.Path),
  };
}

function physicalName(kind: ResourceKind, logicalId: string, properties: JsonObject, stack: StackIdentity): string {
  const given = kind.named === undefined ? undefined : properties[kind.named];
  if (given !== undefined && given !== null) return textOf(given);
  const suffix = shortId(digestOf(stack, logicalId));
  const maximum = kind.maximumName ?? 64;
  const separator = kind.generated === 'withoutHyphens' ? '_' : '-';
  // Fields that are always present are kept short enough for the suffix, which keeps the name unique.
  const start = `${stack.name}-${logicalId}`.slice(0, maximum - suffix.length - 1);
  const name = `${start}-${suffix}`;
  if (kind.generated === 'lowerCase') return name.toLowerCase();
  return separator === '_' ? name.replaceAll('-', '_') : name;
}

function genericArn(type: string): string {
  if (isCustomResource(type)) return 'custom:{region}:{account}:resource/{name}';
  const [, service = 'custom', resource = 'resource'] = type.split('::');
  return `${service.toLowerCase()}:{region}:{account}:${resource.toLowerCase()}/{name}`;
}

function digestOf(stack: StackIdentity, logicalId: string): string {
  return createHash('sha256').update([stack.account, stack.region, stack.name, logicalId].join('\n')).digest('hex');
}

function shortId(digest: string): string {
  return BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 12);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

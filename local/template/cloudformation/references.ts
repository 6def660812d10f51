import { isJsonObject, own } from '../../json-value';

/** The names that `Ref`, `Fn::GetAtt` and `Fn::Sub` in a value refer to, as far as they are written out. */
export function referencedIds(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencedIds);
  if (!isJsonObject(value)) return [];
  const ref = own(value, 'Ref');
  if (typeof ref === 'string') return [ref];
  const attribute = own(value, 'Fn::GetAtt');
  if (typeof attribute === 'string') return [attribute.split('.')[0] ?? ''];
  if (Array.isArray(attribute) && typeof attribute[0] === 'string') return [attribute[0]];
  const sub = own(value, 'Fn::Sub');
  const template: unknown = Array.isArray(sub) ? sub[0] : sub;
  const inText = typeof template === 'string' ? [...template.matchAll(/\$\{([A-Za-z0-9]+)[^}]*\}/g)] : [];
  return [...inText.map(([, name = '']) => name), ...Object.values(value).flatMap(referencedIds)];
}

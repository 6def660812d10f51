import { isJsonObject, type JsonObject, own } from '../../json-value';

/** An object that is a member of another value; empty when there is none. */
export function objectIn(value: unknown, key: string): JsonObject {
  const member = isJsonObject(value) ? own(value, key) : undefined;
  return isJsonObject(member) ? member : {};
}

/** The objects of a list that is a member of another value; empty when there is none. */
export function objectsIn(value: unknown, key: string): JsonObject[] {
  return listIn(value, key).filter(isJsonObject);
}

/** The texts of a list that is a member of another value; empty when there is none. */
export function textsIn(value: unknown, key: string): string[] {
  return listIn(value, key).filter((item) => typeof item === 'string');
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const member = isJsonObject(value) ? own(value, key) : undefined;
  return Array.isArray(member) ? member : [];
}

import type { SqlVersion } from './sql-version';

/** What `cast` makes. */
export type CastTarget = 'String' | 'Int' | 'Decimal' | 'Boolean';

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-cast */
const TYPES_OF_2015: Readonly<Record<string, CastTarget>> = {
  string: 'String',
  nvarchar: 'String',
  text: 'String',
  ntext: 'String',
  varchar: 'String',
  int: 'Int',
  integer: 'Int',
  double: 'Decimal',
};
const TYPES: Readonly<Record<string, CastTarget>> = {
  ...TYPES_OF_2015,
  decimal: 'Decimal',
  bool: 'Boolean',
  boolean: 'Boolean',
};

/** The types that `cast` knows in a version, in lower case. */
export function castTypeNames(version: SqlVersion): readonly string[] {
  return Object.keys(version === '2015-10-08' ? TYPES_OF_2015 : TYPES);
}

export function isCastType(type: string, version: SqlVersion): boolean {
  return castTypeNames(version).includes(type.toLowerCase());
}

/** What a cast to this type makes. */
export function castTarget(type: string): CastTarget | undefined {
  return TYPES[type.toLowerCase()];
}

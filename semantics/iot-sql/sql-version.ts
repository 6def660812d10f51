/**
 * A version of the AWS IoT rules SQL. `beta` behaves as `2016-03-23`: nothing newer is documented.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html
 */
export type SqlVersion = '2015-10-08' | '2016-03-23' | 'beta';

/** Every version, the oldest first. */
export const SQL_VERSIONS: readonly SqlVersion[] = ['2015-10-08', '2016-03-23', 'beta'];

/** Whether `text` names a version. */
export function isSqlVersion(text: string): text is SqlVersion {
  return SQL_VERSIONS.some((version) => version === text);
}

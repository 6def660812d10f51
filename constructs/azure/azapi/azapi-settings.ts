import type { IResolvable } from 'cdktf';

/** A JSON value as it stands in a request body; `undefined` members are left out, `null` is sent. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | IResolvable
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** Body of an ARM request. */
export type AzapiBody = Readonly<Record<string, JsonValue | undefined>>;

/** Which errors azapi tries again, besides 408, 429 and 5xx that it always does. */
export interface AzapiRetry {
  /** Regular expressions; one that matches the error message is enough. */
  readonly errorMessageRegex: readonly string[];
  /** Seconds before the first retry. @default 10 */
  readonly intervalSeconds?: number;
  /** Most seconds between two retries. @default 180 */
  readonly maximumIntervalSeconds?: number;
}

/** How long operations may take, as Terraform durations such as `30m`. */
export interface AzapiTimeouts {
  /** For creating. @default '30m' */
  readonly create?: string;
  /** For changing. @default '30m' */
  readonly update?: string;
  /** For deleting. @default '30m' */
  readonly delete?: string;
  /** For reading. @default '5m' */
  readonly read?: string;
}

/** What every azapi resource can be told besides its own properties. */
export interface AzapiSettings {
  /** Resource ids that are locked, in this Terraform process, while the resource is changed. @default - none */
  readonly locks?: readonly string[];
  /** Which errors are tried again, and how often. @default - azapi's own retries */
  readonly retry?: AzapiRetry;
  /** How long operations may take. @default - azapi's own timeouts */
  readonly timeouts?: AzapiTimeouts;
  /** Paths of the response that become `output`. @default - every read-only property */
  readonly responseExportValues?: readonly string[];
}

/** {@link AzapiSettings} as Terraform spells them. */
export function renderSettings(settings: AzapiSettings): Record<string, unknown> {
  return {
    locks: settings.locks,
    retry: settings.retry && {
      error_message_regex: settings.retry.errorMessageRegex,
      interval_seconds: settings.retry.intervalSeconds,
      max_interval_seconds: settings.retry.maximumIntervalSeconds,
    },
    timeouts: settings.timeouts,
    response_export_values: settings.responseExportValues,
  };
}

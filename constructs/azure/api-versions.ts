import type { AzapiRetry } from './azapi/azapi-settings';

/** The only stable API version that has namespaces. */
export const EVENT_GRID_API_VERSION = '2025-02-15';

/** Needed for `clientAuthentication`, which the stable version does not have. */
export const EVENT_GRID_PREVIEW_API_VERSION = '2025-07-15-preview';

/**
 * A namespace changes one child at a time; a second change at once may be answered with a conflict. The wording of that
 * answer is not documented, so the pattern is broad.
 */
export const NAMESPACE_CONFLICT_RETRY: AzapiRetry = {
  errorMessageRegex: ['Conflict', '[Aa]nother operation', 'TooManyRequests'],
  intervalSeconds: 10,
  maximumIntervalSeconds: 180,
};

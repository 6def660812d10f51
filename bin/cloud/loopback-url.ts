import { LastwillError } from '../../presence/errors';

/**
 * Whether an environment variable names a port of this machine, where only an embedded cloud can be.
 * @throws LastwillError OPTION_INVALID when it is no URL.
 */
export function isLoopbackUrl(url: string, variable: string): boolean {
  if (!URL.canParse(url)) throw new LastwillError('OPTION_INVALID', `${variable} must be a URL, got '${url}'`);
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

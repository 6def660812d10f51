import { mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS, EVENT_GRID_LIMITS } from '../../presence/limits';
import type { Cloud } from '../../presence/lwt-options';

const NAMES = {
  aws: {
    pattern: AWS_LIMITS.thingName,
    rule: 'a thing name: 1 to 128 letters, digits, colons, underscores and hyphens',
  },
  azure: {
    pattern: EVENT_GRID_LIMITS.clientName,
    rule: 'a client name: 1 to 128 letters, digits, hyphens, colons, dots and underscores, neither . nor ..',
  },
} as const;

/**
 * Refuses what is no name of a device, before it becomes a path.
 * @throws LastwillError OPTION_INVALID that lists every such name.
 */
export function checkDeviceNames(names: readonly string[], cloud: Cloud): void {
  const { pattern, rule } = NAMES[cloud];
  const wrong = names.filter((name) => !pattern.test(name) || name === '.' || name === '..');
  throwIfAny(
    'OPTION_INVALID',
    wrong.map((name) => mustBe('NAME', rule, name)),
  );
}

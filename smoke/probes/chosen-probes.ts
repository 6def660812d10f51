import { LastwillError, mustBe } from '../../presence/errors';

/**
 * The probes that a flag names by a part of their names; all without the flag.
 * @throws LastwillError OPTION_INVALID when it names none
 */
export function chosenProbes<P extends { readonly name: string }>(
  probes: readonly P[],
  { probes: text }: { readonly probes?: string },
): readonly P[] {
  const found = text === undefined ? probes : probes.filter(({ name }) => name.includes(text));
  if (found.length > 0) return found;
  throw new LastwillError('OPTION_INVALID', mustBe('--probes', 'part of the name of a probe', text));
}

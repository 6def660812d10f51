import { LastwillError } from '../presence/errors';

/** What a user types, by the prop that it sets, where the two have different names. */
export type TypedNames = Readonly<Record<string, string>>;

/**
 * Does what needs the props, and lets a refusal name what the user typed instead of the prop that was set by it.
 * @throws LastwillError as `work` does, with the same code.
 */
export function namingWhatWasTyped<T>(names: TypedNames, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LastwillError)) throw error;
    throw new LastwillError(error.code, rename(error.message, names), { cause: error });
  }
}

// Each problem starts with its prop, on Azure after the path of the construct.
function rename(message: string, names: TypedNames): string {
  return message.replace(
    /(^|; )(\[[^\]]*\] )?(\w+)(?=[ [.])/g,
    (_, start: string, path = '', prop: string) => `${start}${path}${Object.hasOwn(names, prop) ? names[prop] : prop}`,
  );
}

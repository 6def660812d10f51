import { LastwillError, mustBe } from '../presence/errors';

/** Names and topics of one stage. */
export interface StageNames {
  name(name: string): string;
  /** Rule names take no hyphens: those of the prefix become underscores. */
  ruleName(name: string): string;
  /** The prefix, less a trailing `-` or `_`, becomes the first level after the leading slash. */
  topic(topic: string): string;
  stackName(name: string): string;
}

const PREFIX = /^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/;

/**
 * How names are written for a stage.
 * @throws LastwillError OPTION_INVALID when the prefix cannot be part of a name.
 */
export function namesWithPrefix(prefix: string | undefined): StageNames {
  if (prefix === undefined || prefix === '') {
    const same = (name: string): string => name;
    return { name: same, ruleName: same, topic: same, stackName: same };
  }
  if (!PREFIX.test(prefix)) {
    throw new LastwillError(
      'OPTION_INVALID',
      mustBe('namePrefix', "1 to 32 letters, digits, '_' or '-', starting with a letter", prefix),
    );
  }
  return {
    name: (name) => `${prefix}${name}`,
    ruleName: (name) => `${prefix.replaceAll('-', '_')}${name}`,
    topic: (topic) => `/${prefix.replace(/[-_]+$/, '')}${topic}`,
    stackName: (name) => `${prefix.replaceAll('_', '-')}${name}`,
  };
}

import { LastwillError, mustBe } from '../presence/errors';

/** Values that the CDK command line passes on: `-c key=value`, or `context` in cdk.json. */
export type Context = Readonly<Record<string, unknown>>;

/** Reads context values: from the command line they are text, from cdk.json they may be JSON. */
export class ContextReader {
  readonly #problems: string[] = [];

  constructor(private readonly context: Context) {}

  text(key: string): string | undefined {
    const value = this.context[key];
    if (value === undefined || typeof value === 'string') return value;
    return this.#refuse(key, 'text', value);
  }

  /** Parts between commas, blanks around them taken off; or an array of texts. */
  list(key: string): readonly string[] | undefined {
    const value = this.context[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value;
    if (typeof value !== 'string') return this.#refuse(key, 'a list with commas between', value);
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  number(key: string): number | undefined {
    const value = this.context[key];
    if (value === undefined || typeof value === 'number') return value;
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
    return this.#refuse(key, 'a whole number', value);
  }

  flag(key: string): boolean | undefined {
    const value = this.context[key];
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.#refuse(key, 'true or false', value);
  }

  /** One of the values of an enumeration. */
  choice<T extends string>(key: string, values: readonly T[]): T | undefined {
    const value = this.context[key];
    const found = values.find((known) => known === value);
    if (value === undefined || found !== undefined) return found;
    return this.#refuse(key, `one of ${values.join(', ')}`, value);
  }

  /** @throws LastwillError OPTION_INVALID when a value read so far was refused. */
  finish(): void {
    if (this.#problems.length > 0) throw new LastwillError('OPTION_INVALID', this.#problems.join('; '));
  }

  #refuse(key: string, rule: string, value: unknown): undefined {
    this.#problems.push(mustBe(`context ${key}`, rule, value));
    return undefined;
  }
}

import { type Lookup, normalizeKey } from './pattern';

/** What a policy can know of a connection. */
export interface ConnectionFacts {
  readonly clientId: string;
  readonly sourceIp?: string;
  /** The thing that the connection stands for; absent when there is none. */
  readonly thing?: ThingFacts;
  /** Why there is no thing, for explanations. */
  readonly thingAbsence?: string;
  readonly certificate?: CertificateFacts;
}

/** What a policy can know of a thing. */
interface ThingFacts {
  readonly name: string;
  readonly typeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a policy can know of a certificate. */
interface CertificateFacts {
  readonly id: string;
  /**
   * Values of the certificate's attributes by the name of their variable without `iot:Certificate.`, e.g.
   * `Subject.CommonName`, `Issuer.Country`, `Subject.AlternativeName.DNSName`, `SerialNumber`. Called when a policy
   * asks for one for the first time.
   */
  readonly attributes: () => ReadonlyMap<string, readonly string[]>;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html */
const CERTIFICATE_LIMITS = { maximumItems: 5, maximumCharacters: 1_024, unsubstituted: /[*$+?#]/ };

const CERTIFICATE_PREFIX = 'iot:certificate.';
const ATTRIBUTE_KEY = /^iot:connection\.thing\.attributes\[(.*)\]$/s;

/**
 * The policy variables of one connection. Thing variables have a value only when the client id is the name of a
 * thing that the principal is attached to, or the thing is attached exclusively.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html
 */
export class ConnectionContext {
  readonly #facts: ConnectionFacts;
  readonly #fixed: ReadonlyMap<string, readonly string[]>;
  #certificate: ReadonlyMap<string, readonly (string | null)[]> | undefined;

  constructor(facts: ConnectionFacts) {
    this.#facts = facts;
    const { thing } = facts;
    const entries: (readonly [string, string | undefined])[] = [
      ['iot:clientid', facts.clientId],
      ['aws:sourceip', facts.sourceIp],
      ['iot:certificateid', facts.certificate?.id],
      ['iot:connection.thing.thingname', thing?.name],
      ['iot:connection.thing.thingtypename', thing?.typeName],
      ['iot:connection.thing.isattached', String(thing !== undefined)],
    ];
    this.#fixed = new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, [value]]])));
  }

  /** The values of a key in the spelling of {@link normalizeKey}; `undefined` when it has none. */
  readonly lookup: Lookup = (key) => {
    const fixed = this.#fixed.get(key);
    if (fixed !== undefined) return fixed;
    if (key.startsWith(CERTIFICATE_PREFIX)) return this.#certificateValues(key.slice(CERTIFICATE_PREFIX.length));
    const attribute = ATTRIBUTE_KEY.exec(key)?.[1];
    const value = attribute === undefined ? undefined : attributeOf(this.#facts.thing, attribute);
    return value === undefined ? undefined : [value];
  };

  /** Why a variable has no value, for a person. */
  explainAbsence(variable: string): string {
    const key = normalizeKey(variable);
    if (key.startsWith('iot:connection.thing.')) {
      const { thing, thingAbsence } = this.#facts;
      if (thing !== undefined) return `thing '${thing.name}' does not have it`;
      return thingAbsence ?? 'the connection stands for no thing';
    }
    if (!key.startsWith(CERTIFICATE_PREFIX)) return 'nothing gives it a value on this connection';
    return this.#facts.certificate === undefined
      ? 'the client has no certificate'
      : 'the certificate does not have that attribute';
  }

  #certificateValues(key: string): readonly (string | null)[] | undefined {
    this.#certificate ??= readCertificate(this.#facts.certificate);
    if (key === 'availablekeys') return this.#certificate.get(key);
    const [, name = key, index] = /^(.*)\.(list|\d+)$/.exec(key) ?? [];
    const values = this.#certificate.get(name);
    if (values === undefined || index === 'list') return values;
    const value = values[Number(index ?? 0)];
    return value === undefined ? undefined : [value];
  }
}

function readCertificate(certificate: CertificateFacts | undefined): Map<string, readonly (string | null)[]> {
  const values = new Map<string, readonly (string | null)[]>();
  const names: string[] = [];
  for (const [name, all] of certificate?.attributes() ?? []) {
    names.push(`iot:Certificate.${name}`);
    values.set(name.toLowerCase(), all.slice(0, CERTIFICATE_LIMITS.maximumItems).map(substitutable));
  }
  if (names.length > 0) values.set('availablekeys', names);
  return values;
}

function substitutable(value: string): string | null {
  const { unsubstituted, maximumCharacters } = CERTIFICATE_LIMITS;
  return unsubstituted.test(value) || value.length > maximumCharacters ? null : value;
}

function attributeOf(thing: ThingFacts | undefined, name: string): string | undefined {
  return thing !== undefined && Object.hasOwn(thing.attributes, name) ? thing.attributes[name] : undefined;
}

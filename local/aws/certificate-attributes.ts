import { X509Certificate } from 'node:crypto';

/** Names of the policy variables by the short names of distinguished name attributes. */
const NAME_ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: 'CommonName',
  serialNumber: 'SerialNumber',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  C: 'Country',
  ST: 'State',
  dnQualifier: 'DistinguishedNameQualifier',
  title: 'Title',
  SN: 'Surname',
  GN: 'GivenName',
  initials: 'Initials',
  pseudonym: 'Pseudonym',
  generationQualifier: 'GenerationQualifier',
};

const ALTERNATIVE_NAMES: Readonly<Record<string, string>> = {
  email: 'RFC822Name',
  DNS: 'DNSName',
  DirName: 'DirectoryName',
  URI: 'UniformResourceIdentifier',
  'IP Address': 'IPAddress',
};

/**
 * The attributes of a certificate by the names of their policy variables without `iot:Certificate.`, e.g.
 * `Subject.CommonName`.
 * @param der the certificate
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
 */
export function certificateAttributes(der: Buffer): ReadonlyMap<string, readonly string[]> {
  const certificate = new X509Certificate(der);
  const attributes = new Map<string, readonly string[]>();
  addName(attributes, 'Subject', certificate.subject);
  addName(attributes, 'Issuer', certificate.issuer);
  addAlternativeNames(attributes, 'Subject', certificate.subjectAltName);
  attributes.set('SerialNumber', [certificate.serialNumber.toLowerCase()]);
  return attributes;
}

// Read from the text: in Node 20 X509Certificate.toLegacyObject() breaks node:tls when it is called before that is loaded.
function addName(attributes: Map<string, readonly string[]>, owner: string, name: string): void {
  for (const line of name.split(/\n| \+ (?=[A-Za-z0-9.]+=)/)) {
    const equals = line.indexOf('=');
    const long = NAME_ATTRIBUTES[line.slice(0, equals)];
    if (long !== undefined) append(attributes, `${owner}.${long}`, unescapeName(line.slice(equals + 1)));
  }
}

// RFC 4514: a backslash before a character, or before the two hexadecimal digits of a byte.
function unescapeName(value: string): string {
  return value.replace(/(?:\\[0-9A-Fa-f]{2})+|\\(.)/g, (escaped, character: string | undefined) =>
    character === undefined ? Buffer.from(escaped.replaceAll('\\', ''), 'hex').toString() : character,
  );
}

function append(attributes: Map<string, readonly string[]>, key: string, value: string): void {
  attributes.set(key, [...(attributes.get(key) ?? []), value]);
}

function addAlternativeNames(
  attributes: Map<string, readonly string[]>,
  owner: string,
  text: string | undefined,
): void {
  for (const [, kind = '', quoted, plain = ''] of (text ?? '').matchAll(
    /([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    const name = ALTERNATIVE_NAMES[kind];
    if (name === undefined) continue;
    append(attributes, `${owner}.AlternativeName.${name}`, quoted === undefined ? plain : String(JSON.parse(quoted)));
  }
}

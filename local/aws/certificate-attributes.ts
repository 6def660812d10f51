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
  const legacy = certificate.toLegacyObject();
  addName(attributes, 'Subject', legacy.subject);
  addName(attributes, 'Issuer', legacy.issuer);
  addAlternativeNames(attributes, 'Subject', certificate.subjectAltName);
  attributes.set('SerialNumber', [certificate.serialNumber.toLowerCase()]);
  return attributes;
}

function addName(attributes: Map<string, readonly string[]>, owner: string, name: unknown): void {
  for (const [short, value] of Object.entries(Object(name) as Record<string, unknown>)) {
    const long = NAME_ATTRIBUTES[short];
    if (long !== undefined)
      attributes.set(`${owner}.${long}`, Array.isArray(value) ? value.map(String) : [String(value)]);
  }
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
    const key = `${owner}.AlternativeName.${name}`;
    const value = quoted === undefined ? plain : String(JSON.parse(quoted));
    attributes.set(key, [...(attributes.get(key) ?? []), value]);
  }
}

/** Content of an XML element: text, children by name, a list whose entries are `member`s, or a map of `entry`s. */
export type XmlContent =
  | string
  | number
  | boolean
  | readonly XmlContent[]
  | ReadonlyMap<string, string>
  | { readonly [name: string]: XmlContent | undefined };

/** Writes content as the query protocol does. @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function xmlOf(content: XmlContent): string {
  if (isList(content)) return content.map((entry) => element('member', entry)).join('');
  if (content instanceof Map) return [...content].map(([key, value]) => element('entry', { key, value })).join('');
  if (typeof content !== 'object') return escaped(String(content));
  return Object.entries(content)
    .map(([name, value]) => (value === undefined ? '' : element(name, value)))
    .join('');
}

function isList(content: XmlContent): content is readonly XmlContent[] {
  return Array.isArray(content);
}

function element(name: string, content: XmlContent): string {
  return `<${name}>${xmlOf(content)}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

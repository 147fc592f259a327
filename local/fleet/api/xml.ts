/** Writes a result as the query protocol does: lists as `<member>`, maps as `<entry>`, dates in ISO 8601; undefined is left out. */
export function writeXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && name === 'entry') return value.map((entry: unknown) => writeXml(name, entry)).join('');
  if (Array.isArray(value))
    return `<${name}>${value.map((member: unknown) => writeXml('member', member)).join('')}</${name}>`;
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') {
    const children = Object.entries(value).map(([key, child]: [string, unknown]) => writeXml(key, child));
    return `<${name}>${children.join('')}</${name}>`;
  }
  return `<${name}>${escapeXml(text(value))}</${name}>`;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`cannot write a ${typeof value} as XML: give a string, a number or a boolean`);
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

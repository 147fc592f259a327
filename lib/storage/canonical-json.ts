/**
 * Returns a JSON value in the form of RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no white space, numbers
 * and strings as ECMAScript writes them. The same value gives the same text, in whatever order its keys were written.
 * A lone surrogate, which RFC 8785 refuses, is escaped: a text that a person pasted must not keep an event out of the record.
 * @throws TypeError where a number is not finite
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${String(value)} is no JSON number.`);
  return JSON.stringify(value ?? null);
}

function canonicalObject(value: object): string {
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

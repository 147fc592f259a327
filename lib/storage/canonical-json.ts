/**
 * Returns a JSON value in the form of RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no white space, numbers
 * and strings as ECMAScript writes them. The same value gives the same text, in whatever order its keys were written.
 * A lone surrogate, which RFC 8785 refuses, is escaped: a text that a person pasted must not keep an event out of the record.
 * It makes no lists in between: a record is hashed at each load and each write.
 * @throws TypeError where a number is not finite
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return canonicalList(value);
  if (isObject(value)) return canonicalObject(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${String(value)} is no JSON number.`);
  return JSON.stringify(value ?? null);
}

function canonicalList(value: readonly unknown[]): string {
  let text = '';
  for (const one of value) text += `${text === '' ? '' : ','}${canonicalJson(one)}`;
  return `[${text}]`;
}

function canonicalObject(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  // Without a comparison of its own, `sort` compares UTF-16 code units.
  for (const name of Object.keys(value).sort()) {
    const field = value[name];
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

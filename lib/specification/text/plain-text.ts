/** Long enough for an ARN. */
const longest = 120;

/** Longest message that still can be read. */
const longestMessage = 500;

/** A message fit to be shown: printable, and not longer than anybody reads. */
export function plainMessage(text: string): string {
  const plain = printable(text.slice(0, 2 * longestMessage));
  return plain.length > longestMessage ? `${plain.slice(0, longestMessage)}…` : plain;
}

/** On one line and without control or formatting characters: a spec must not steer the terminal that shows its mistakes. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  );
}

/** A text that somebody wrote, in quotes, shortened to a length that a message can carry. */
export function quote(text: string): string {
  const characters = Array.from(text.slice(0, 2 * longest));
  return `"${printable(characters.slice(0, longest).join(''))}${characters.length > longest ? '…' : ''}"`;
}

/** How a message names a value of a YAML file. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return `the yes/no value ${String(value)}`;
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** `slots.a.service`, `traffic[0].rule`; `the spec` for the whole. */
export function describePath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the spec';
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = printable(String(part)).slice(0, longest);
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

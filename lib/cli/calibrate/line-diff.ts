import { structuredPatch } from 'diff';

/** Lines that stay around what changes. */
const context = 2;

/**
 * Returns what differs between two texts, line by line: `-` goes, `+` comes, a space stays; `...` stands for lines left out.
 * Whether a text ends with the end of a line makes no difference.
 */
export function lineDiff(before: string, after: string): readonly string[] {
  const [old, fresh] = [wholeLines(before), wholeLines(after)];
  const lastLine = old.split('\n').length - 1;
  return structuredPatch('', '', old, fresh, '', '', { context }).hunks.flatMap(({ oldStart, oldLines, lines }) => [
    ...lines.map((line) => `${line.charAt(0)} ${line.slice(1)}`.trimEnd()),
    ...(oldStart + oldLines - 1 < lastLine ? ['  ...'] : []),
  ]);
}

function wholeLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

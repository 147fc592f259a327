import { widthOf } from './terminal/width.ts';
import { printable } from '../specification/text/plain-text.ts';
import type { Finding } from '../specification/finding.ts';
import { beginningOf } from './terminal/beginning-of.ts';

/** A line that is longer is cut: what is wrong with it stands in the message. */
const longest = 100;

/**
 * Returns the line of a file that a finding is about, with a caret below its column; empty where there is no such line (the file could
 * not be read, or is shorter).
 */
export function quotedLine(text: string, { line, column }: Pick<Finding, 'line' | 'column'>): readonly string[] {
  const written = text.split(/\r\n|\n|\r/)[line - 1];
  if (written === undefined || written.trim() === '') return [];
  // A tab is as wide as a terminal likes: a space stands for it, so that the caret stands right.
  const shown = (part: string) => printable(part.replaceAll('\t', ' '));
  const before = widthOf(shown(written.slice(0, column - 1)));
  if (before >= longest) return [];
  const number = `${line} | `;
  return [`  ${number}${beginningOf(shown(written), longest)}`, `  ${' '.repeat(number.length + before)}^`];
}
